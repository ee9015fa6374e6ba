import FleetClient
import FleetModel
import Foundation
import TestSupport
import Testing

extension Stories {
    @Suite(.migratedSchema, .timeLimit(.minutes(4)))
    struct UpgradeStories {
        @Test(
            "D6 a dump of a cluster that runs, restored into a younger PostgreSQL: scanning goes on, nothing is skipped or repeated"
        )
        func restoredDump() async throws {
            try await PrivatePostgres.run { old in
                try await PrivatePostgres.run { new in
                    try await Story.tell(server: old.conninfo) { story in
                        try await UnreadFleet.build(story, on: old)
                        let unread = try old.ask("SELECT events_waiting FROM scan_status")
                        #expect(Int(unread) ?? 0 > 0)
                        let dump = story.folder.appending(path: "tidemark.dump").path
                        try PrivatePostgres.shell("pg_dump -Fc -f '\(dump)' '\(old.conninfo)'")
                        try await story.node("node-1").end()

                        try new.ask("CREATE ROLE tidemark_app")
                        try new.ask("CREATE ROLE tidemark_readonly")
                        try PrivatePostgres.shell(
                            "pg_restore --exit-on-error -d '\(new.conninfo)' '\(dump)'"
                        )
                        let isYounger = try new.ask(
                            "SELECT pg_snapshot_xmax(done) > pg_snapshot_xmax(pg_current_snapshot()) FROM scan_mark"
                        )
                        #expect(isYounger == "t", "the mark is from far ahead")
                        let there = ["TIDEMARK_DATABASE_URL": new.conninfo]
                        // Written before any node led there: must not be taken for read.
                        _ = try await story.createKey("after-restore", settings: there)
                        try await story.launchNode("node-1", settings: there)
                        try await story.nodeIsReady("node-1")
                        try await story.machine("web-2", has: "1.4")
                        try await UnreadFleet.expectReadOnce(new)
                        #expect(try new.ask("SELECT count(*) FROM run") == "2", "web-1 was left alone")
                        #expect(
                            try new.ask("SELECT count(*) FROM event WHERE category = 'MarkRebased'") == "1"
                        )
                    }
                }
            }
        }

        @Test(
            "D8 a schema of an earlier version, with its data, is migrated once by three nodes at once, and scanned on",
            arguments: Recorded.schemas
        )
        func oldSchema(file: String) async throws {
            try await PrivatePostgres.run { postgres in
                let key = try Recorded.restore(file, into: postgres)
                let before = try postgres.ask("SELECT count(*) FROM schema_migration")
                #expect(before == Recorded.version(of: file))
                try await Story.tell(nodes: 3, server: postgres.conninfo, key: key) { story in
                    let files = try FileManager.default.contentsOfDirectory(
                        atPath: PrivatePostgres.root.appending(path: "sql").path
                    )
                    #expect(
                        try postgres.ask("SELECT count(*) FROM schema_migration")
                            == String(files.count { $0.hasSuffix(".sql") })
                    )
                    try await postgres.ask("SELECT count(*) FROM node WHERE state = 'ready'", until: "3")
                    try await postgres.ask("SELECT events_waiting FROM scan_status", until: "0")
                    let machines: APIV1.Page<Machine> = try await story.api().get("/api/v1/machines")
                    #expect(machines.items.map(\.name).sorted() == ["web-1", "web-2"])
                    #expect(try await story.explain("web-1").actual == "1.4")
                    #expect(
                        try postgres.ask(
                            """
                            SELECT count(*) FROM decision d JOIN machine m ON m.id = d.machine_id
                            WHERE m.name = 'web-2' AND d.kind = 'match'
                            """
                        ) == "1",
                        "the machine that nobody had looked at is looked at once"
                    )
                }
            }
        }

        @Test(
            "The state of this version is recorded for the versions to come",
            .enabled(if: Recorded.isAskedFor, "make fixtures does that")
        )
        func record() async throws {
            try await PrivatePostgres.run { postgres in
                try await Story.tell(server: postgres.conninfo) { story in
                    try await UnreadFleet.build(story, on: postgres)
                    try await Recorded.record(story, on: postgres)
                }
            }
        }
    }
}

/// A cluster with one machine that is served, and one that joined when nobody scanned.
enum UnreadFleet {
    static func build(_ story: Story, on postgres: PrivatePostgres) async throws {
        try await story.applySample()
        try await story.settledRelease("1.4")
        try await story.join("web-1")
        try await story.machine("web-1", has: "1.4")
        // Many transactions, so that a younger cluster's numbers are far below.
        try PrivatePostgres.shell(
            """
            printf 'DO %s BEGIN FOR i IN 1..3000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END %s' \
            "'" "'" | psql '\(postgres.conninfo)' -qX
            """
        )
        let node = try await story.node("node-1")
        node.signal(SIGTERM)
        try await node.ended()
        let tenures = "SELECT count(*) FROM lease_history WHERE first_scan_at IS NOT NULL"
        let before = Int(try postgres.ask(tenures)) ?? 0
        try await story.launchNode(
            "node-1",
            settings: ["TIDEMARK_SCAN_WAKE": "false", "TIDEMARK_SCAN_INTERVAL": "1h"]
        )
        try await story.nodeIsReady("node-1")
        try await postgres.ask(tenures, until: String(before + 1))
        try await story.join("web-2")
        try await postgres.ask(
            "SELECT count(*) FROM machine WHERE name = 'web-2' AND health = 'Healthy'",
            until: "1"
        )
    }

    /// Every event is behind the mark, and was counted when it was read, once.
    static func expectReadOnce(_ postgres: PrivatePostgres) async throws {
        try await postgres.ask("SELECT events_waiting FROM scan_status", until: "0")
        try await postgres.ask(
            """
            SELECT m.events_read - count(*) FILTER (WHERE pg_visible_in_snapshot(e.xid, m.done))
            FROM event e CROSS JOIN scan_mark m GROUP BY m.events_read
            """,
            until: "0"
        )
        #expect(
            try postgres.ask(
                """
                SELECT count(*) FROM (SELECT d.event_id, d.machine_id FROM decision d WHERE d.kind = 'match'
                                      GROUP BY 1, 2 HAVING count(*) > 1) twice
                """
            ) == "0"
        )
    }
}
