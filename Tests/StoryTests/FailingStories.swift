import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct FailingStories {
        private static let quick = "retry: {attempts: 2, backoff: 1s, longest: 1s}"

        @Test(
            "B1 one machine's disk is full: it is given up alone, the others and new ones are served, and repaired it goes on"
        )
        func diskFull() async throws {
            try await Story.tell { story in
                let disks = story.folder.path
                let shop = """
                    kind: Project
                    name: shop
                    process:
                      - name: fill
                        script: head -c 100000 /dev/zero > "\(disks)/disk-$TIDEMARK_MACHINE"
                    """
                try await story.applySample(project: shop, trigger: Story.trigger(Self.quick))
                try await story.tidemark("release", "create", "shop", "1.0")
                try await story.tidemark("deploy", "shop", "1.0", "--to", "production", "--wait")
                // The kernel's own full disk: every write to it fails with ENOSPC.
                let disk = "\(disks)/disk-web-1"
                try FileManager.default.createSymbolicLink(atPath: disk, withDestinationPath: "/dev/full")
                for machine in ["web-1", "web-2"] { try await story.join(machine) }
                try await story.machine("web-1", is: .quarantined)
                try await story.machine("web-2", is: .upToDate)
                try await story.join("web-3")
                try await story.machine("web-3", is: .upToDate)
                let told = try await story.tidemark("event", "list", "--category", "MachineQuarantined")
                #expect(told.contains("shop 1.0 was given up on machine web-1 after 2 runs"))
                let id = try await story.tidemark("quarantine", "list", "--machine", "web-1", "-o", "name")
                    .trimmingCharacters(in: .whitespacesAndNewlines)
                try FileManager.default.removeItem(atPath: disk)
                try await story.tidemark("quarantine", "release", id, "--reason", "the disk is larger now")
                try await story.machine("web-1", is: .upToDate)
                try await story.tidemark("quarantine", "release", id, "--reason", "again", code: 4)
            }
        }

        @Test(
            "B2 a release that fails on most machines: its circuit opens, a person is told, arrivals get the last good one, a new release closes it"
        )
        func badRelease() async throws {
            let shop = """
                kind: Project
                name: shop
                circuit: {count: 2}
                process:
                  - name: install
                    package: {name: shop, check: "! grep -q broken current/index.html", checkTimeout: 10s}
                """
            try await Story.tell(settings: StoryReceiver.settings) { story in
                try await story.applySample(project: shop, trigger: Story.trigger(Self.quick))
                let receiver = try await StoryReceiver.documented(for: "ops", in: story)
                defer { receiver.end() }
                try await story.settledRelease("1.4")
                try await story.release("1.5", files: ["index.html": "broken\n"])
                try await story.tidemark("deploy", "shop", "1.5", "--to", "production", "--wait")
                for machine in ["web-1", "web-2"] { try await story.join(machine) }
                for machine in ["web-1", "web-2"] { try await story.machine(machine, has: "1.4") }
                try await story.join("web-3")
                try await story.machine("web-3", has: "1.4")
                #expect(
                    try await story.number(
                        """
                        SELECT count(*) AS n FROM run JOIN machine m ON m.id = run.machine_id
                        JOIN release r ON r.id = run.release_id WHERE m.name = 'web-3' AND r.version = '1.5'
                        """
                    ) == 0
                )
                let told = try await receiver.line("the webhook tells of the circuit") {
                    $0.contains(#""CircuitOpened""#)
                }
                #expect(told.contains("shop 1.5 failed on 2 of 2 machines of production"))
                let list = try await story.tidemark("circuit", "list")
                #expect(list.contains("shop 1.5") && list.contains("2 of 2") && list.contains("1.4"))
                let why = try await story.tidemark("explain", "machine", "web-3")
                #expect(why.contains("shop  circuitOpen") && why.contains("failed on 2 of 2 machines"))
                try await story.release("1.6")
                try await story.tidemark("deploy", "shop", "1.6", "--to", "production", "--wait")
                for machine in ["web-1", "web-2", "web-3"] {
                    try await story.machine(machine, is: .upToDate)
                    try await story.machine(machine, has: "1.6")
                }
                #expect(try await story.tidemark("circuit", "list", "-o", "name") == "")
            }
        }
    }
}
