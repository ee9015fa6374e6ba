import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct ArrivalStories {
        @Test(
            "A1 a machine that joins runs the environment's release, with no one acting",
            arguments: [true, false]
        )
        func arrival(isWoken: Bool) async throws {
            let settings = [
                "TIDEMARK_SCAN_WAKE": "\(isWoken)", "TIDEMARK_SCAN_INTERVAL": isWoken ? "1h" : "1s",
            ]
            try await Story.tell(settings: settings) { story in
                try await story.applySample()
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", has: "1.4")
                #expect(story.read("current/index.html", on: "web-1") == "shop 1.4\n")
            }
        }

        @Test("A2 machines that arrive within a second are all deployed to, together as the trigger says")
        func manyArrivals() async throws {
            try await Story.tell { story in
                try await story.applySample(
                    trigger: Story.trigger("batch: {quiet: 2s, longest: 30s, size: 5}")
                )
                try await story.settledRelease("1.4")
                for number in 1...5 { try await story.join("web-\(number)") }
                for number in 1...5 { try await story.machine("web-\(number)", has: "1.4") }
                let missed = try await story.number(
                    "SELECT count(*) AS n FROM machine_status WHERE verdict <> 'upToDate'"
                )
                #expect(missed == 0)
                let largest = try await story.number(
                    "SELECT max(c) AS n FROM (SELECT count(*) AS c FROM run GROUP BY deployment_id) x"
                )
                #expect(largest > 1, "at least some of them were deployed to together")
            }
        }

        private static let gatedShop = """
            kind: Project
            name: shop
            process:
              - name: install
                package: {name: shop}
              - name: gate
                timeout: 60s
                script: |
                  while [ ! -e "$STORY_GATE/open-$TIDEMARK_RELEASE" ]; do sleep 0.1; done
                  ! [ -e "$STORY_GATE/broken-$TIDEMARK_RELEASE" ]
            """

        @Test(
            "A3 a machine that joins during a rollout ends on the new release if it succeeds, on the old if not",
            arguments: [true, false]
        )
        func arrivalDuringRollout(succeeds: Bool) async throws {
            try await Story.tell { story in
                let shop = Self.gatedShop.replacingOccurrences(of: "$STORY_GATE", with: story.folder.path)
                try await story.applySample(project: shop)
                try story.mark("open-1.4")
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", has: "1.4")
                try await story.release("1.5")
                let rollout = try await story.startRollout("1.5")
                try await story.count(
                    "SELECT count(*) AS n FROM step_run WHERE deployment_id = \(rollout) AND step_name = 'gate' AND state = 'running'",
                    is: 1
                )
                try await story.join("web-2")
                try await story.machine("web-2", is: .rolloutInProgress)
                if !succeeds {
                    try story.mark("broken-1.5")
                }
                try story.mark("open-1.5")
                try await story.machine("web-2", has: succeeds ? "1.5" : "1.4")
                let state = try await story.deployment(rollout).deployment.state
                #expect(state == (succeeds ? .succeeded : .failed))
            }
        }

        @Test(
            "A4 where nothing was deployed yet the machine waits with a reason, and the first success reaches it"
        )
        func nothingYet() async throws {
            try await Story.tell { story in
                try await story.applySample()
                try await story.join("web-1")
                try await story.machine("web-1", is: .nothingDeployedYet)
                try await story.release("1.0")
                try await story.tidemark("deploy", "shop", "1.0", "--to", "production", "--wait")
                try await story.machine("web-1", has: "1.0")
                try await story.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL", is: 0)
            }
        }

        @Test(
            "A5 a machine whose role changes so that the project applies gets it; when it applies no longer, its need ends"
        )
        func roleChanges() async throws {
            try await Story.tell { story in
                try await story.applySample(trigger: Story.trigger("roles: [web]"))
                try await story.settledRelease("1.4")
                try await story.join("box-1", roles: ["db"])
                try await story.count("SELECT count(*) AS n FROM machine WHERE health = 'Healthy'", is: 1)
                try await story.machine("box-1", is: .noTrigger)
                try await story.tidemark("machine", "set", "box-1", "--role", "web")
                try await story.machine("box-1", has: "1.4")
                // A need that waits because the machine is away ends when the project no longer applies to it.
                let agent = try await story.agent("box-1")
                agent.signal(SIGTERM)
                try await agent.ended()
                try await story.settledRelease("2.0")
                try await story.tidemark("machine", "disable", "box-1")
                try await story.tidemark("machine", "enable", "box-1")
                try await story.machine("box-1", is: .machineUnavailable)
                try await story.tidemark("machine", "set", "box-1", "--role", "db")
                try await story.count(
                    "SELECT count(*) AS n FROM need WHERE outcome = 'withdrawn' AND verdict = 'noLongerApplies'",
                    is: 1
                )
            }
        }

        @Test(
            "A6 a new machine under an old name starts clean: nothing is believed to be on it, and it gets the release"
        )
        func recycledName() async throws {
            try await Story.tell { story in
                try await story.applySample()
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", has: "1.4")
                await (try story.agent("web-1")).end()
                try FileManager.default.removeItem(at: story.dataFolder(of: "web-1"))
                try await story.join("web-1")
                try await story.machine("web-1", has: "1.4")
                #expect(story.read("current/index.html", on: "web-1") == "shop 1.4\n")
                let machines = try await story.texts(
                    "SELECT incarnation || CASE WHEN deleted_at IS NULL THEN ' live' ELSE ' deleted' END AS t FROM machine ORDER BY id"
                )
                #expect(machines == ["1 deleted", "2 live"])
                #expect(
                    try await story.number("SELECT count(*) AS n FROM run WHERE state = 'succeeded'") == 2
                )
            }
        }

        @Test("A8 a machine that goes before its turn is not deployed to, and is when it comes back")
        func goneAndBack() async throws {
            try await Story.tell { story in
                try await story.applySample(
                    trigger: Story.trigger("batch: {quiet: 3s, longest: 30s, size: 9}")
                )
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", is: .batching)
                let agent = try await story.agent("web-1")
                agent.signal(SIGTERM)
                try await agent.ended()
                try await story.machine("web-1", is: .machineUnavailable)
                #expect(try await story.number("SELECT count(*) AS n FROM run") == 0)
                try await story.startAgent("web-1")
                try await story.machine("web-1", has: "1.4")
                #expect(try await story.number("SELECT count(*) AS n FROM run") == 1)
            }
        }

        @Test(
            "A9 redeploy fires once for every event; without it a machine that has the release is left alone",
            arguments: [true, false]
        )
        func redeploy(isOn: Bool) async throws {
            try await Story.tell { story in
                try await story.applySample(trigger: Story.trigger("redeploy: \(isOn)"))
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.count("SELECT count(*) AS n FROM run WHERE state = 'succeeded'", is: 1)
                try await story.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL", is: 0)
                try await story.tidemark("machine", "disable", "web-1")
                try await story.tidemark("machine", "enable", "web-1")
                let wanted = isOn ? 2 : 1
                try await story.count("SELECT count(*) AS n FROM decision WHERE kind = 'match'", is: 2)
                try await story.count("SELECT count(*) AS n FROM run WHERE state = 'succeeded'", is: wanted)
                try await story.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL", is: 0)
                try await story.count("SELECT events_waiting AS n FROM scan_status", is: 0)
                #expect(try await story.number("SELECT count(*) AS n FROM run") == wanted)
            }
        }

        @Test("A10 when no step is for the machine's roles, that is the answer, and nothing is done")
        func noStep() async throws {
            try await Story.tell { story in
                let shop = Story.shop.replacingOccurrences(
                    of: "- name: install",
                    with: "- name: install\n    roles: [db]"
                )
                try await story.applySample(project: shop)
                try await story.settledRelease("1.4")
                try await story.join("web-1")
                try await story.machine("web-1", is: .noApplicableStep)
                #expect(try await story.number("SELECT count(*) AS n FROM run") == 0)
            }
        }
    }
}
