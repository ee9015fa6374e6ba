import FleetModel
import Testing

@testable import AgentKit

/// A machine and its place for secrets.
struct SecretPlace: Sendable {
    static let password = "p4ss/w+rd-\"quoted\""
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2
        OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r
        -----END PRIVATE KEY-----

        """
    static let secrets = ["PASSWORD": password, "KEY": key]

    let harness: AgentHarness
    let memory: TemporaryFolder

    var environment: [String: String] {
        ["PATH": "/usr/bin:/bin", "TIDEMARK_AGENT_SECRETS_DIR": memory.path]
    }

    var directory: SecretsDirectory { get throws { try harness.secrets(environment) } }

    /// What is in memory now, of all steps.
    var folders: [String] { get throws { try Disk.names(in: directory.path) } }

    func perform(_ assignment: AgentV1.Assignment) async throws -> AgentV1.ResultRequest {
        try await harness.perform(assignment, environment: environment)
    }

    /// Looks for the secrets, in any form, in every file that the agent has on disk, and in what the node was sent.
    func expectNothingLeft(_ secrets: [String: String] = SecretPlace.secrets) throws {
        let masker = Masker(secrets.values.map { Array($0.utf8) })
        for file in try TemporaryFolder.listing(harness.directory.path) {
            #expect(masker.masked(file) == file)
        }
        for (id, log) in harness.node.now.logs {
            let text = String(decoding: log, as: UTF8.self)
            #expect(masker.masked(text) == text, "the log of \(id)")
        }
        let results = "\(harness.node.now.results)"
        #expect(masker.masked(results) == results)
    }

    /// Makes both, and a node that has the secrets for step 1.
    static func run(_ body: @escaping @Sendable (SecretPlace) async throws -> Void) async throws {
        try await AgentHarness.run { harness in
            let memory = try TemporaryFolder(in: "/dev/shm")
            harness.node.change { $0.secrets = [ID(1): secrets] }
            try await body(SecretPlace(harness: harness, memory: memory))
        }
    }
}
