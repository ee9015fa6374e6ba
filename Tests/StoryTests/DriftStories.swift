import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(3)))
    struct DriftStories {
        private static let settings = ["TIDEMARK_POLL_SECONDS": "1"]

        /// As somebody on the machine does who goes back by hand: `current` to the release before.
        private func switchByHand(_ machine: String, _ story: Story) throws {
            let current = story.file("current", on: machine)
            let folders = try FileManager.default.contentsOfDirectory(
                atPath: story.file("releases", on: machine).path
            )
            let now = try FileManager.default.destinationOfSymbolicLink(atPath: current.path)
            let other = try #require(folders.first { !$0.hasPrefix(".") && now != "releases/\($0)" })
            try FileManager.default.removeItem(at: current)
            try FileManager.default.createSymbolicLink(
                atPath: current.path,
                withDestinationPath: "releases/\(other)"
            )
        }

        private func machineWithTwoReleases(_ story: Story, _ trigger: String) async throws {
            try await story.applySample(trigger: Story.trigger(trigger))
            try await story.settledRelease("1.4")
            try await story.join("web-1")
            try await story.machine("web-1", has: "1.4")
            try await story.release("1.5")
            try await story.tidemark("deploy", "shop", "1.5", "--to", "production", "--wait")
            try await story.machine("web-1", has: "1.5")
        }

        @Test("a current that is switched by hand is seen as drift, and repaired where the trigger says so")
        func repaired() async throws {
            try await Story.tell(settings: Self.settings) { story in
                try await machineWithTwoReleases(story, "repairDrift: true")
                try switchByHand("web-1", story)
                #expect(story.read("current/index.html", on: "web-1") == "shop 1.4\n")
                try await story.count(
                    "SELECT count(*) AS n FROM event WHERE category = 'MachineDriftRepaired'",
                    is: 1
                )
                try await story.machine("web-1", has: "1.5")
                #expect(story.read("current/index.html", on: "web-1") == "shop 1.5\n")
                let drifts = try await story.number(
                    "SELECT count(*) AS n FROM event WHERE category = 'MachineDriftDetected'"
                )
                #expect(drifts == 1)
            }
        }

        @Test("A9 without repairDrift it is shown, and stays as it was left until somebody acts")
        func shown() async throws {
            try await Story.tell(settings: Self.settings) { story in
                try await machineWithTwoReleases(story, "")
                let runs = try await story.number("SELECT count(*) AS n FROM run")
                try switchByHand("web-1", story)
                try await story.machine("web-1", is: .drifted)
                try await story.count("SELECT events_waiting AS n FROM scan_status", is: 0)
                #expect(try await story.number("SELECT count(*) AS n FROM run") == runs)
                #expect(story.read("current/index.html", on: "web-1") == "shop 1.4\n")
                try await story.tidemark("deploy", "shop", "1.5", "--to", "production", "--wait")
                try await story.machine("web-1", has: "1.5")
                #expect(story.read("current/index.html", on: "web-1") == "shop 1.5\n")
            }
        }
    }
}
