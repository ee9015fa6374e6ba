import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct DeploymentStories {
        private static let shop = """
            kind: Project
            name: shop
            deployment: {unavailableTargets: skip}
            process:
              - name: install
                package: {name: shop}
              - name: flaky
                retries: 1
                script: |
                  [ -e "$TIDEMARK_CURRENT_DIR/../../tried" ] || { touch "$TIDEMARK_CURRENT_DIR/../../tried"; exit 7; }
              - name: go
                manual: {instructions: Look at the figures}
              - name: switch
                script: date > ../switched
            """

        @Test(
            "A rollout leaves out a machine that is offline, repeats a step that failed, waits for a person, and the machine gets it when it is back"
        )
        func approvalAndOffline() async throws {
            let settings = ["TIDEMARK_AGENT_SILENCE": "6s", "TIDEMARK_POLL_SECONDS": "2"]
            try await Story.tell(settings: settings) { story in
                try await story.applySample(project: Self.shop)
                for name in ["web-1", "web-2"] { try await story.join(name) }
                try await story.count("SELECT count(*) AS n FROM machine WHERE health = 'Healthy'", is: 2)
                let away = try await story.agent("web-2")
                away.signal(SIGTERM)
                try await away.ended()
                try await story.count("SELECT count(*) AS n FROM machine WHERE health = 'Unavailable'", is: 1)
                try await story.release("1.4")
                let rollout = try await story.startRollout("1.4")
                try await story.count(
                    "SELECT count(*) AS n FROM deployment_gate WHERE deployment_id = \(rollout) AND state = 'waiting'",
                    is: 1
                )
                let waiting = try await story.deployment(rollout)
                #expect(waiting.runs.map(\.state) == [.running, .skipped])
                #expect(waiting.runs[0].steps.map(\.attempt) == [1, 2, 0])
                let shown = try await story.tidemark("deployment", "show", "\(rollout)")
                #expect(shown.contains("Look at the figures"))
                try await story.tidemark("deployment", "approve", "\(rollout)", "--reason", "looks good")
                try await story.tidemark("deployment", "wait", "\(rollout)")
                try await story.machine("web-1", has: "1.4")
                #expect(try await story.explain("web-2").actual == nil)
                try await story.startAgent("web-2")
                try await story.machine("web-2", has: "1.4")
            }
        }
    }
}
