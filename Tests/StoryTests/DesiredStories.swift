import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct DesiredStories {
        private static let freeze = """
            kind: Freeze
            name: holidays
            environments: [production]
            from: 2020-01-01T00:00:00Z
            to: 2099-01-01T00:00:00Z
            reason: nobody is there
            """

        private func settled(_ story: Story) async throws {
            try await story.applySample()
            try await story.settledRelease("1.4")
            try await story.settledRelease("1.5")
            try await story.join("web-1")
            try await story.machine("web-1", has: "1.5")
        }

        @Test(
            "B6 a pinned machine goes to its release and back by itself, and a rollback takes the others there"
        )
        func pins() async throws {
            try await Story.tell { story in
                try await settled(story)
                let words = ["pin", "create", "--project", "shop", "--release", "1.4", "--machine", "web-1"]
                let pin = try await story.run(words + ["--reason", "1.5 leaks", "-o", "name"])
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                try await story.machine("web-1", has: "1.4")
                #expect(try await story.explain("web-1").desiredSource == "machinePin")
                try await story.tidemark("pin", "remove", pin, "--reason", "mended")
                try await story.machine("web-1", has: "1.5")
                try await story.tidemark("rollback", "shop", "--environment", "production", "--wait")
                try await story.machine("web-1", has: "1.4")
            }
        }

        @Test(
            "A11 a machine that joins a frozen environment waits, and gets its release when the freeze is over"
        )
        func frozen() async throws {
            try await Story.tell { story in
                try await settled(story)
                try await story.apply(Self.freeze)
                try await story.join("web-2")
                try await story.machine("web-2", is: .environmentFrozen)
                let refused = try await story.run(
                    ["deploy", "shop", "1.4", "--to", "production"],
                    code: 4
                )
                #expect(refused.contains("freeze 'holidays' covers production"))
                try await story.tidemark("freeze", "delete", "holidays")
                try await story.machine("web-2", has: "1.5")
            }
        }

        @Test("B5 a rollout that failed and is marked as a success is what the next machine gets")
        func marked() async throws {
            try await Story.tell { story in
                try await settled(story)
                try await story.release("1.6")
                try await story.agent("web-1").signal(SIGSTOP)
                let rollout = try await story.startRollout("1.6")
                try await story.tidemark("deployment", "cancel", "\(rollout)")
                try await story.agent("web-1").signal(SIGCONT)
                try await story.count(
                    "SELECT count(*) AS n FROM deployment WHERE id = \(rollout) AND state = 'cancelled'",
                    is: 1
                )
                try await story.tidemark(
                    "deployment",
                    "mark",
                    "\(rollout)",
                    "--successful",
                    "--reason",
                    "only the machine was stuck"
                )
                try await story.join("web-2")
                try await story.machine("web-2", has: "1.6")
            }
        }
    }
}
