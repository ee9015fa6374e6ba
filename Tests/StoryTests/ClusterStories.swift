import FleetModel
import Foundation
import Postgres
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(4)))
    struct ClusterStories {
        private static let fast = ["TIDEMARK_LEASE_TTL": "3s"]

        @Test(
            "D1 the leader is killed with -9 again and again: arrivals are served by the next one, none missed, none twice"
        )
        func leaderIsKilled() async throws {
            try await Story.tell(nodes: 3, settings: Self.fast) { story in
                try await story.applySample()
                try await story.settledRelease("1.4")
                for round in 1...3 {
                    let leader = try await story.leader()
                    try await story.node(leader).end()
                    try await story.join("web-\(round)")
                    try await story.machine("web-\(round)", has: "1.4")
                    #expect(try await story.leader() != leader)
                    try await story.launchNode(leader, settings: Self.fast)
                    try await story.nodeIsReady(leader)
                }
                #expect(try await story.number("SELECT count(*) AS n FROM run") == 3)
                try await story.count("SELECT events_waiting AS n FROM scan_status", is: 0)
                let unread = try await story.number(
                    """
                    SELECT count(*) AS n FROM event e CROSS JOIN scan_mark m
                    WHERE e.category IN ('MachineHealthy', 'MachineEnabled')
                      AND (SELECT count(*) FROM decision d WHERE d.event_id = e.id AND d.kind = 'match') <> 1
                    """
                )
                #expect(unread == 0)
                let terms = try await story.texts(
                    "SELECT term::text AS t FROM lease_history ORDER BY acquired_at"
                )
                #expect(terms == terms.map { Int($0) ?? 0 }.sorted().map(String.init))
                #expect(Set(terms).count == terms.count)
            }
        }

        @Test("D2 a frozen leader is replaced; thawed, it has written nothing as a leader, and follows")
        func leaderIsFrozen() async throws {
            try await Story.tell(nodes: 2, settings: Self.fast) { story in
                let frozen = try await story.leader()
                let term = try await story.number("SELECT term AS n FROM lease")
                let program = try await story.node(frozen)
                program.signal(SIGSTOP)
                try await story.count(
                    "SELECT count(*) AS n FROM lease WHERE term > \(term) AND resigned_at IS NULL",
                    is: 1
                )
                program.signal(SIGCONT)
                try await eventually("the thawed node says that it lost the lease", within: .seconds(20)) {
                    program.output.contains("lease session ended")
                        || program.output.contains("lost the lease")
                }
                let leader = try await story.leader()
                #expect(leader != frozen)
                let since = try await story.number(
                    "SELECT count(*) AS n FROM decision WHERE node = \(frozen) AND term > \(term)"
                )
                #expect(since == 0)
                try await story.nodeIsReady(frozen)
            }
        }

        @Test("a leader that is told to stop resigns, and another leads within a second")
        func gracefulStop() async throws {
            try await Story.tell(nodes: 2) { story in
                let first = try await story.leader()
                let program = try await story.node(first)
                program.signal(SIGTERM)
                #expect(try await program.ended() == 0)
                try await story.count(
                    "SELECT count(*) AS n FROM lease WHERE node <> \(first) AND resigned_at IS NULL",
                    is: 1
                )
                let gap = try await story.number(
                    """
                    SELECT (extract(epoch FROM b.first_scan_at - a.ended_at) * 1000)::int AS n
                    FROM lease_history a JOIN lease_history b ON b.term = a.term + 1
                    WHERE a.node = \(first) AND a.end_reason = 'resigned' AND b.first_scan_at IS NOT NULL
                    """
                )
                #expect(gap < 5000, "the followers were told: \(gap) ms")
            }
        }

        @Test(
            "D4 PostgreSQL restarts, in good order and killed: nodes and agents come back by themselves, nothing is lost",
            arguments: ["fast", "killed"]
        )
        func databaseRestarts(how: String) async throws {
            try await PrivatePostgres.run { postgres in
                try await Story.tell(nodes: 2, server: postgres.conninfo) { story in
                    try await story.applySample()
                    try await story.settledRelease("1.4")
                    try await story.join("web-1")
                    try await story.machine("web-1", has: "1.4")
                    if how == "killed" { try postgres.kill() }
                    try postgres.restart()
                    for name in ["node-1", "node-2"] { try await story.nodeIsReady(name) }
                    try await story.join("web-2")
                    try await story.machine("web-2", has: "1.4")
                    #expect(try await story.explain("web-1").actual == "1.4")
                }
            }
        }

        @Test(
            "D7 a node behind PgBouncer in transaction mode refuses to start, and says why",
            .enabled(if: PgBouncer.isInstalled, "needs the package pgbouncer")
        )
        func pooler() async throws {
            try await PgBouncer.run { conninfo in
                let folder = URL(filePath: "/tmp/tidemark-d7-\(UUID().uuidString.prefix(8))")
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                defer { try? FileManager.default.removeItem(at: folder) }
                let result = try await Program.run(
                    "tidemarkd",
                    ["serve", "--listen", "127.0.0.1:\(FreePort.find())"],
                    environment: ["TIDEMARK_DATABASE_URL": conninfo],
                    in: folder
                )
                #expect(result.code == 78)
                #expect(result.errors.contains("pool"))
            }
        }

        @Test("D7 a node that is pointed at a standby refuses to start, and says why")
        func standby() async throws {
            try await PrivatePostgres.run { postgres in
                try postgres.becomeStandby()
                let result = try await Program.run(
                    "tidemarkd",
                    ["serve", "--listen", "127.0.0.1:\(FreePort.find())"],
                    environment: ["TIDEMARK_DATABASE_URL": postgres.conninfo],
                    in: postgres.folder
                )
                #expect(result.code == 78)
                #expect(result.errors.contains("standby"))
            }
        }

        @Test("D8 three nodes that start at the same instant migrate once")
        func threeAtOnce() async throws {
            let database = try TestDatabase.current
            _ = try await database.database.query("DROP SCHEMA \(identifier: database.schema) CASCADE")
            try await Story.tell(nodes: 3) { story in
                let migrations = try await story.number("SELECT count(*) AS n FROM schema_migration")
                let files = try FileManager.default.contentsOfDirectory(
                    atPath: PrivatePostgres.root.appending(path: "sql").path
                )
                #expect(migrations == files.count { $0.hasSuffix(".sql") })
                try await story.count("SELECT count(*) AS n FROM node WHERE state = 'ready'", is: 3)
            }
        }

        @Test("D8 a node refuses a schema that is newer than it")
        func newerSchema() async throws {
            try await Story.tell { story in
                let folder = story.folder
                _ = try await story.database.database.query(
                    "INSERT INTO schema_migration (number, name, checksum, applied_by) VALUES (999, 'future', 'x', 'test')"
                )
                let result = try await Program.run(
                    "tidemarkd",
                    ["serve", "--listen", "127.0.0.1:\(FreePort.find())"],
                    environment: [
                        "TIDEMARK_DATABASE_URL": story.database.conninfo,
                        "TIDEMARK_SCHEMA": story.database.schema,
                    ],
                    in: folder
                )
                #expect(result.code == 78)
                #expect(result.errors.contains("999"))
            }
        }

        @Test(
            "D10 a deployment to many machines goes on while nodes are killed: it finishes, and no step ran twice"
        )
        func nodesDie() async throws {
            // More machines than a test should take: TIDEMARK_STORY_MACHINES=200 deploy/local/test --filter nodesDie
            let wanted = ProcessInfo.processInfo.environment["TIDEMARK_STORY_MACHINES"]
            let machines = wanted.flatMap(Int.init) ?? 10
            try await Story.tell(nodes: 3, settings: Self.fast) { story in
                let marks = story.folder.appending(path: "marks")
                try FileManager.default.createDirectory(at: marks, withIntermediateDirectories: true)
                try await story.applySample(
                    project: """
                        kind: Project
                        name: shop
                        process:
                          - name: first
                            maxParallel: 4
                            script: "echo first >> \(marks.path)/$TIDEMARK_MACHINE; seq 1 2000"
                          - name: second
                            script: "echo second >> \(marks.path)/$TIDEMARK_MACHINE"
                        """,
                    trigger: Story.trigger("enabled: false")
                )
                try await story.tidemark("release", "create", "shop", "1.0")
                let balancer = try await Balancer.start(urls: [
                    story.url(of: "node-1"), story.url(of: "node-2"), story.url(of: "node-3"),
                ])
                for number in 1...machines { try await story.join("web-\(number)", url: balancer.url) }
                try await story.count(
                    "SELECT count(*) AS n FROM machine WHERE health = 'Healthy'",
                    is: machines
                )
                let rollout = try await story.startRollout("1.0")
                for name in ["node-1", "node-2", "node-3"] {
                    try await story.node(name).end()
                    try await story.launchNode(name, settings: Self.fast)
                    try await story.nodeIsReady(name)
                }
                try await story.count(
                    "SELECT count(*) AS n FROM deployment WHERE id = \(rollout) AND state = 'succeeded'",
                    is: 1,
                    within: .seconds(90 + machines)
                )
                for number in 1...machines {
                    let ran = try String(contentsOf: marks.appending(path: "web-\(number)"), encoding: .utf8)
                    #expect(ran == "first\nsecond\n")
                }
                let logs = try await story.texts(
                    """
                    SELECT DISTINCT sum(octet_length(c.data))::text || ' of ' || s.log_bytes AS t
                    FROM step_run s JOIN log_chunk c ON c.step_run_id = s.id
                    WHERE s.step_name = 'first' GROUP BY s.id
                    """
                )
                #expect(
                    logs.count == 1
                        && logs[0].split(separator: " ").first == logs[0].split(separator: " ").last,
                    "\(logs)"
                )
                await balancer.stop()
            }
        }
    }
}
