import FleetModel
import Synchronization
import Testing

@testable import AgentKit

@Suite("A health check")
struct HealthCheckTests {
    private func perform(
        _ script: String,
        timeoutSeconds: Int = 30,
        statuses: [Int] = []
    ) async throws -> AgentV1.CheckResultRequest {
        let found = FoundResult()
        try await AgentHarness.run { harness in
            harness.node.change { state in
                state.checkStatuses = statuses
                state.checks = [
                    AgentV1.Check(id: ID(5), fence: 2, script: script, timeoutSeconds: timeoutSeconds)
                ]
            }
            let own = ["PATH": "/usr/bin:/bin", "AWS_KEY": "secret"]
            try await harness.withAgent(environment: own) {
                try await harness.node.wait("the result of the check") { !$0.checkResults.isEmpty }
                try await eventually("an empty folder") {
                    try Disk.names(in: "\(harness.directory.path)/checks").isEmpty
                }
            }
            #expect(harness.node.now.checkResults.count == 1)
            found.result.withLock { $0 = harness.node.now.checkResults.first }
        }
        return try #require(found.result.withLock { $0 })
    }

    @Test("runs with the allowed environment, and its exit code and output arrive under its fence")
    func result() async throws {
        let result = try await perform("echo on $TIDEMARK_MACHINE; echo key $AWS_KEY >&2; exit 3")
        #expect(result.fence == 2)
        #expect(result.exitCode == 3)
        #expect(!result.timedOut)
        #expect(result.output == "on web-1\nkey\n")
    }

    @Test("that takes too long is stopped, and says so")
    func timeout() async throws {
        let result = try await perform("echo begun; sleep 60", timeoutSeconds: 1)
        #expect(result.timedOut)
        #expect(result.exitCode == nil)
        #expect(result.output == "begun\n")
    }

    @Test("whose output has no end is bounded, and its beginning arrives")
    func bound() async throws {
        let result = try await perform("yes | head -c 1000000; echo end")
        #expect(result.output.utf8.count <= Limits.checkReportBytes)
        #expect(result.output.hasPrefix("y\ny\n"))
        #expect(result.output.hasSuffix("end\n"))
    }

    @Test("is reported again when the answer of the node was lost")
    func repeated() async throws {
        let result = try await perform("true", statuses: [503, 503])
        #expect(result.exitCode == 0)
    }
}

/// What came of the check, out of the closure that saw it.
private final class FoundResult: Sendable {
    let result = Mutex<AgentV1.CheckResultRequest?>(nil)
}
