import FleetModel
import Foundation
import Postgres
import SimulatedAgents
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(2)))
    struct SimulatedStories {
        private static let shop = """
            kind: Project
            name: shop
            process: [{name: one, script: "true"}, {name: two, script: "true"}]
            """

        @Test(
            "G3: a crowd joins at once while a node dies: each machine has its release, and no step was started twice"
        )
        func crowd() async throws {
            try await Story.tell(nodes: 2) { story in
                try await story.applySample(project: Self.shop)
                try await story.tidemark("release", "create", "shop", "1.4")
                try await story.tidemark("deploy", "shop", "1.4", "--to", "production", "--wait")
                let words = ["token", "create", "--environment", "production", "--role", "web", "-o", "name"]
                let token = try await story.run(words).trimmingCharacters(in: .whitespacesAndNewlines)
                let urls = [try await story.url(of: "node-1"), try await story.url(of: "node-2")]
                var settings = SimulatedFleet.Settings(urls: urls, token: token, count: 50)
                settings.joinWithin = .seconds(2)
                let fleet = try SimulatedFleet(settings)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await fleet.run() }
                    defer { group.cancelAll() }
                    try await story.count("SELECT least(count(*), 20) AS n FROM run", is: 20)
                    try await story.node("node-2").end()
                    try await story.count(
                        "SELECT count(*) AS n FROM machine_status WHERE verdict = 'upToDate'",
                        is: 50,
                        within: .seconds(60)
                    )
                }
                #expect(fleet.journal.joined == 50)
                #expect(fleet.journal.starts.count == 100)
                #expect(fleet.journal.startedTwice.isEmpty)
            }
        }
    }
}
