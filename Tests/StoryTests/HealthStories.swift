import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(2)))
    struct HealthStories {
        private static func policy(_ story: Story) -> String {
            """
            kind: MachinePolicy
            name: careful
            healthCheck:
              kind: script
              script: |
                echo "looking for the file"
                test -e \(story.folder.path)/well
              beforeDeployment: true
            """
        }

        @Test(
            "B1 a machine is deployed to only once its health check passes, and each change of health is seen"
        )
        func scriptDecides() async throws {
            try await Story.tell { story in
                try await story.applySample()
                try await story.apply(Self.policy(story))
                try await story.settledRelease("1.4")
                try await story.join("web-1", policy: "careful")
                try await story.count("SELECT count(*) AS n FROM machine WHERE health = 'Unhealthy'", is: 1)
                #expect(try await story.number("SELECT count(*) AS n FROM run") == 0)

                try story.mark("well")
                let passed = try await story.tidemark("machine", "check", "web-1", "--wait")
                #expect(passed.contains("Healthy"))
                try await story.machine("web-1", has: "1.4")

                try FileManager.default.removeItem(at: story.folder.appending(path: "well"))
                let failed = try await story.tidemark("machine", "check", "web-1", "--wait", code: 1)
                #expect(failed.contains("exit code 1"))
                try story.mark("well")
                try await story.tidemark("machine", "check", "web-1", "--wait")
                let shown = try await story.tidemark("machine", "show", "web-1")
                #expect(shown.contains("careful"))
                #expect(shown.contains("looking for the file"))

                let told = try await story.texts(
                    """
                    SELECT category AS t FROM event
                    WHERE category IN ('MachineUnhealthy', 'MachineHealthy') ORDER BY id
                    """
                )
                #expect(told == ["MachineUnhealthy", "MachineHealthy", "MachineUnhealthy", "MachineHealthy"])
                let early = try await story.number(
                    """
                    SELECT count(*) AS n FROM step_run s
                    WHERE s.offered_at < (SELECT min(concluded_at) FROM health_check
                                          WHERE cause = 'deployment' AND health = 'Healthy')
                    """
                )
                #expect(early == 0, "the first step comes after the check that the deployment asked for")
            }
        }
    }
}
