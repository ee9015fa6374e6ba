import FleetClient
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    /// `make side-by-side FROM=REF` builds the old programs, and says where they are.
    @Suite(.freshSchema, .timeLimit(.minutes(4)))
    struct SideBySideStories {
        private static let old = ProcessInfo.processInfo.environment["TIDEMARK_OLD_PROGRAMS"]
            .map { URL(filePath: $0) }

        @Test(
            "D8 nodes of an earlier version are replaced one by one: old and new work side by side, no request fails, nothing is missed or done twice",
            .enabled(if: old != nil, "make side-by-side FROM=REF does that")
        )
        func upgrade() async throws {
            let old = try #require(Self.old)
            try await Story.tell(nodes: 3, programs: old) { story in
                let before = try await story.schema()
                let (balancer, log, client) = try await story.behindBalancer()
                try await story.join("web-1", url: balancer.url)
                try await story.machine("web-1", has: "1.4")
                await story.use(Program.folder)
                let load = BalancedLoad(client: client)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<2 { group.addTask { await load.read() } }
                    group.addTask { await load.write() }
                    for (index, name) in Story.threeNodes.enumerated() {
                        try await replace(name, number: index + 1, story, log)
                        if index == 0 { try await expectNewLeads(story, since: before) }
                        // A new agent finds old and new nodes, and the old one goes on beside it.
                        let machine = "web-\(index + 2)"
                        try await story.join(machine, url: balancer.url)
                        try await story.machine(machine, has: "1.4")
                    }
                    load.stop()
                    try await group.waitForAll()
                }
                try await story.release("1.5")
                try await story.tidemark("deploy", "shop", "1.5", "--to", "production", "--wait")
                for number in 1...4 { try await story.machine("web-\(number)", has: "1.5") }
                await client.close()
                await balancer.stop()
                #expect(load.outcome.failures == [])
                #expect(load.outcome.answered > 100 && load.outcome.written > 10)
                print("side by side: schema \(before), then \(try await story.schema())")
                try await expectNothingTwice(story)
            }
        }

        private func replace(_ name: String, number: Int, _ story: Story, _ log: URL) async throws {
            let program = try await story.node(name)
            program.signal(SIGTERM)
            try await story.isSaid("Server nodes/node\(number) is DOWN", log)
            #expect(try await program.ended() == 0)
            try await story.launchNode(name)
            try await story.nodeIsReady(name)
        }

        /// With two old nodes there, one of which may lead: once it does not, only the new one may, if it has brought a newer schema. Ended
        /// several times, since an old one that tried could lose by luck.
        private func expectNewLeads(_ story: Story, since before: Int) async throws {
            guard try await story.schema() > before else { return }
            for _ in 1...6 {
                let term = try await story.number("SELECT term AS n FROM lease")
                _ = try await story.database.database.query(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name LIKE '% lease'
                    """
                )
                try await story.count("SELECT (term > \(term))::int AS n FROM lease", is: 1)
                #expect(try await story.leader() == Story.threeNodes[0])
            }
        }

        private func expectNothingTwice(_ story: Story) async throws {
            try await story.count("SELECT events_waiting AS n FROM scan_status", is: 0)
            try await story.count(
                """
                SELECT m.events_read - count(*) FILTER (WHERE pg_visible_in_snapshot(e.xid, m.done)) AS n
                FROM event e CROSS JOIN scan_mark m GROUP BY m.events_read
                """,
                is: 0
            )
            let twice = try await story.number(
                "SELECT count(*) - count(DISTINCT (machine_id, release_id)) AS n FROM run"
            )
            #expect(twice == 0, "no machine was deployed a release twice")
        }
    }
}

extension Story {
    /// The version of the schema.
    fileprivate func schema() async throws -> Int {
        try await number("SELECT max(number) AS n FROM schema_migration")
    }
}
