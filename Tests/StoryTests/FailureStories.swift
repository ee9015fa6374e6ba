import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(4)))
    struct FailureStories {
        @Test(
            "B3 a check that fails after the switch: current is the previous release again, and so it is recorded"
        )
        func failedCheck() async throws {
            let shop = """
                kind: Project
                name: shop
                process:
                  - name: install
                    package: {name: shop, check: "! grep -q broken current/index.html", checkTimeout: 10s}
                """
            try await Story.tell { story in
                try await story.applySample(project: shop)
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", has: "1.4")
                try await story.release("1.5", files: ["index.html": "broken\n"])
                try await story.tidemark("deploy", "shop", "1.5", "--to", "production", "--wait", code: 1)
                #expect(story.read("current/index.html", on: "web-1") == "shop 1.4\n")
                let now = try await story.explain("web-1")
                #expect(now.actual == "1.4")
                #expect(now.incomplete == nil)
                #expect(now.desired == "1.4")
            }
        }

        /// A script that says that it runs, and ends when it is let go.
        private static func slowShop(gate: URL, idempotent: Bool) -> String {
            """
            kind: Project
            name: shop
            process:
              - name: slow
                idempotent: \(idempotent)
                script: |
                  echo started >> \(gate.path)/started
                  while [ ! -e \(gate.path)/go ]; do sleep 0.1; done
                  echo ended >> \(gate.path)/ended
            """
        }

        private func begun(_ story: Story, idempotent: Bool) async throws -> Int {
            try await story.applySample(project: Self.slowShop(gate: story.folder, idempotent: idempotent))
            try await story.tidemark("release", "create", "shop", "1.0")
            try await story.join("web-1")
            try await story.count("SELECT count(*) AS n FROM machine WHERE health = 'Healthy'", is: 1)
            let rollout = try await story.startRollout("1.0")
            try await eventually("the script runs", within: .seconds(30)) {
                FileManager.default.fileExists(atPath: story.folder.appending(path: "started").path)
            }
            return rollout
        }

        private func lines(_ name: String, _ story: Story) -> Int {
            let text = try? String(contentsOf: story.folder.appending(path: name), encoding: .utf8)
            return text?.split(separator: "\n").count ?? 0
        }

        @Test(
            "B4 an agent that is killed while a script runs picks it up again when it is restarted, and it ran once"
        )
        func agentRestarts() async throws {
            try await Story.tell { story in
                let rollout = try await begun(story, idempotent: false)
                try await story.agent("web-1").end()
                try await story.startAgent("web-1")
                try story.mark("go")
                try await story.count(
                    "SELECT count(*) AS n FROM deployment WHERE id = \(rollout) AND state = 'succeeded'",
                    is: 1
                )
                #expect(lines("started", story) == 1)
                #expect(lines("ended", story) == 1)
            }
        }

        @Test(
            "B4 a machine that dies with its script: unknown, shown as such, and not repeated unless idempotent"
        )
        func machineDies() async throws {
            let settings = ["TIDEMARK_AGENT_SILENCE": "6s", "TIDEMARK_POLL_SECONDS": "2"]
            try await Story.tell(settings: settings) { story in
                let rollout = try await begun(story, idempotent: false)
                // The supervisor and the script die with the machine; here that takes a kill of each.
                try await story.agent("web-1").end()
                try killEverything(of: "web-1", story)
                try await story.count(
                    "SELECT count(*) AS n FROM run WHERE deployment_id = \(rollout) AND state = 'unknown'",
                    is: 1
                )
                let detail = try await story.deployment(rollout)
                #expect(detail.deployment.state == .failed)
                #expect(detail.runs[0].steps[0].state == .unknown)
                let shown = try await story.tidemark("deployment", "show", "\(rollout)")
                #expect(shown.contains("unknown"))
                #expect(lines("started", story) == 1)
            }
        }

        @Test(
            "B4 an agent that finds its script gone after a restart says unknown; an idempotent step is repeated"
        )
        func idempotentIsRepeated() async throws {
            try await Story.tell { story in
                let rollout = try await begun(story, idempotent: true)
                try await story.agent("web-1").end()
                try killEverything(of: "web-1", story)
                try story.mark("go")
                try await story.startAgent("web-1")
                try await story.count(
                    "SELECT count(*) AS n FROM deployment WHERE id = \(rollout) AND state = 'succeeded'",
                    is: 1
                )
                #expect(lines("started", story) == 2)
                #expect(try await story.number("SELECT max(attempt) AS n FROM step_run") == 2)
            }
        }

        /// Kills every process whose command line or working folder names the machine's data folder.
        private func killEverything(of machine: String, _ story: Story) throws {
            let folder = story.dataFolder(of: machine).path
            for name in try FileManager.default.contentsOfDirectory(atPath: "/proc") {
                guard let pid = Int32(name) else { continue }
                let command = (try? String(contentsOfFile: "/proc/\(name)/cmdline", encoding: .utf8)) ?? ""
                let working =
                    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")) ?? ""
                if command.contains(folder) || working.hasPrefix(folder) { kill(pid, SIGKILL) }
            }
        }

        @Test("a deployment that is cancelled stops the running script")
        func cancelled() async throws {
            try await Story.tell { story in
                let rollout = try await begun(story, idempotent: false)
                try await story.tidemark("deployment", "cancel", "\(rollout)")
                try await story.count(
                    "SELECT count(*) AS n FROM deployment WHERE id = \(rollout) AND state = 'cancelled'",
                    is: 1
                )
                #expect(lines("ended", story) == 0)
            }
        }
    }
}
