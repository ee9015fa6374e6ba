import FleetModel
import Testing

@testable import AgentKit

@Suite("F5 A step that cannot have its secrets")
struct SecretRefusalTests {
    @Test("is asked for again while no node can give them, and not when a node says no")
    func answers() async throws {
        try await SecretPlace.run { place in
            place.harness.node.change { $0.secretsStatuses = [500, 503, 500] }
            let result = try await place.perform(
                .script("cat \"$TIDEMARK_SECRETS_DIR/PASSWORD\"", hasSecrets: true)
            )
            #expect(result.outcome == .succeeded)
            #expect(place.harness.node.now.secretsRequests.count == 4)
        }
    }

    @Test(
        "is not begun when it cannot have them, and says why",
        arguments: [
            ([409], SecretPlace.secrets, "the node gave the step up before it began"),
            ([403], SecretPlace.secrets, "the node refused the step's secrets: the fake node says no"),
            ([], ["../escape": "a-long-value"], "'../escape' cannot be the name of a secret"),
            ([], ["SHORT": "1234567"], "secret 'SHORT' is too short to be masked"),
            ([], ["LARGE": String(repeating: "x", count: 70_000)], "the step has 1 secrets of 70000 bytes"),
        ] as [([Int], [String: String], String)]
    )
    func refusals(statuses: [Int], secrets: [String: String], message: String) async throws {
        try await SecretPlace.run { place in
            place.harness.node.change { state in
                state.secretsStatuses = statuses
                state.secrets = [ID(1): secrets]
            }
            let result = try await place.perform(.script("touch started", hasSecrets: true))
            #expect(result.outcome == .failed)
            #expect(result.message.contains(message), "\(result.message)")
            #expect(place.harness.node.now.secretsRequests.count == 1)
            #expect(!Disk.exists("\(place.harness.project.path)/started"))
            #expect(try place.folders == [])
        }
    }

    @Test("that no node answers is not begun, and is over when its time is")
    func noAnswer() async throws {
        try await SecretPlace.run { place in
            place.harness.node.change { $0.secretsStatuses = Array(repeating: 500, count: 1000) }
            let result = try await place.perform(
                .script("touch started", timeoutSeconds: 1, hasSecrets: true)
            )
            #expect(result.outcome == .failed)
            let message = result.message
            #expect(message.contains("no node gave the step's secrets within 1 s: "), "\(message)")
            #expect(!Disk.exists("\(place.harness.project.path)/started"))
        }
    }

    @Test("that is cancelled while its secrets are waited for is not begun")
    func cancelledBefore() async throws {
        try await SecretPlace.run { place in
            let harness = place.harness
            harness.node.change { state in
                state.secretsStatuses = Array(repeating: 500, count: 1000)
                state.offers.append(.script("touch started", hasSecrets: true))
            }
            try await harness.withAgent(environment: place.environment) {
                try await harness.node.wait("a request for secrets") { !$0.secretsRequests.isEmpty }
                harness.node.change { $0.cancellations = [ID(1)] }
                let result = try await harness.node.result()
                #expect(result.outcome == .cancelled)
                #expect(!Disk.exists("\(harness.project.path)/started"))
            }
        }
    }

    @Test("is not begun where they would lie on a disk, and no node is asked; steps without secrets run")
    func disk() async throws {
        try await SecretPlace.run { place in
            let folder = place.harness.folder.path
            let environment = ["PATH": "/usr/bin:/bin", "TIDEMARK_AGENT_SECRETS_DIR": folder]
            let first = try await place.harness.perform(
                .script("true", hasSecrets: true),
                environment: environment
            )
            #expect(first.outcome == .failed)
            #expect(first.message.contains("\(folder) is not in memory"), "\(first.message)")
            #expect(first.message.contains("--secrets-dir"), "\(first.message)")
            #expect(place.harness.node.now.secretsRequests == [])
            let second = try await place.harness.perform(.script("true", id: 2), environment: environment)
            #expect(second.outcome == .succeeded)
        }
    }
}
