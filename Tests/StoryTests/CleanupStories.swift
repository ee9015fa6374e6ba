import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct CleanupStories {
        private static let quick = [
            "TIDEMARK_POLL_SECONDS": "1", "TIDEMARK_AGENT_SILENCE": "3s", "TIDEMARK_SCAN_INTERVAL": "1s",
        ]

        private static let spot = """
            kind: MachinePolicy
            name: spot
            cleanup:
              deleteUnavailable: true
              deleteUnavailableAfter: 1s
              purgeAfter: 5s
            """

        private func told(_ category: EventCategory) -> SQL {
            "SELECT count(*) AS n FROM event WHERE category = \(category)"
        }

        @Test(
            "C1 a machine whose agent dies expires, is restored when the agent is back, and is deleted when it is not"
        )
        func staysAway() async throws {
            try await Story.tell(settings: Self.quick) { story in
                try await story.applySample()
                try await story.settledRelease("1.4")
                try await story.apply(Self.spot)
                try await story.join("web-1", tokenWords: ["--policy", "spot"])
                try await story.machine("web-1", has: "1.4")
                let agent = try await story.agent("web-1")
                agent.signal(SIGKILL)
                try await story.count(told(.machineExpired), is: 1)
                #expect(try await story.tidemark("policy", "preview", "spot").contains("web-1"))
                try await story.startAgent("web-1")
                try await story.count(told(.machineRestored), is: 1)
                try await story.machine("web-1", is: .upToDate)
                try await story.agent("web-1").signal(SIGKILL)
                try await story.count(told(.machineDeleted), is: 1)
                #expect(try await story.tidemark("machine", "list", "-o", "name").isEmpty)
            }
        }

        @Test("C4 a machine of an ephemeral token that ends in good order is gone at once")
        func goodbye() async throws {
            try await Story.tell { story in
                try await story.applySample()
                try await story.settledRelease("1.4")
                try await story.join("web-1", tokenWords: ["--ephemeral"])
                try await story.machine("web-1", has: "1.4")
                let agent = try await story.agent("web-1")
                agent.signal(SIGTERM)
                try await agent.ended()
                #expect(try await story.number(told(.machineDeleted)) == 1)
            }
        }

        @Test("C3 an ephemeral environment gets its template's releases, and is torn down with its machines")
        func environment() async throws {
            let shop = """
                kind: Project
                name: shop
                process:
                  - name: install
                    package: {name: shop}
                teardown:
                  - name: unhook
                    script: touch "$STORY/unhooked"
                """
            try await Story.tell(settings: Self.quick) { story in
                try await story.applySample(
                    project: shop.replacingOccurrences(of: "$STORY", with: story.folder.path)
                )
                try await story.settledRelease("1.4")
                try await story.tidemark(
                    "environment",
                    "create",
                    "review-1",
                    "--from",
                    "production",
                    "--expires-in",
                    "4h"
                )
                try await story.join("web-1", environment: "review-1")
                try await story.machine("web-1", has: "1.4")
                try await story.tidemark("environment", "delete", "review-1")
                try await story.count(told(.environmentDeleted), is: 1)
                let unhooked = story.folder.appending(path: "unhooked").path
                #expect(FileManager.default.fileExists(atPath: unhooked))
                #expect(try await story.number(told(.machineDeleted)) == 1)
            }
        }
    }
}
