import FleetStore
import Foundation
import Postgres
import TestSupport
import Testing

@testable import Cluster

@Suite(.migratedSchema)
struct RetentionServiceTests {
    /// A month of 2020 with three events, as if it had been made then, beside the present ones.
    private func storeWithOldMonth() async throws -> Store {
        let database = try TestDatabase.current.database
        try await database.transaction { tx in
            try tx.run("ALTER TABLE event DETACH PARTITION event_first")
            try tx.run(
                """
                DO $$ BEGIN
                    EXECUTE (SELECT format('ALTER TABLE event ATTACH PARTITION event_first FOR VALUES FROM (''2021-01-01Z'') TO (%L)', to_at)
                             FROM event_partition WHERE name = 'event_first');
                END $$
                """
            )
            try tx.run(
                "CREATE TABLE event_2020_12 PARTITION OF event FOR VALUES FROM (MINVALUE) TO ('2021-01-01Z')"
            )
            try tx.run(
                "INSERT INTO event_partition (name, from_at, to_at) VALUES ('event_2020_12', '2020-12-01Z', '2021-01-01Z')"
            )
            try tx.run(
                """
                INSERT INTO event (occurred_at, category, actor, node, message)
                SELECT '2020-12-10Z'::timestamptz + make_interval(secs => i), 'ReleaseCreated', 'test', 'test', 'old ' || i
                FROM generate_series(1, 3) i
                """
            )
        }
        return Store(database: database, node: "test-node")
    }

    private func retention(_ store: Store, directory: String) -> Retention {
        Retention(
            store: store,
            settings: RetentionSettings(eventSeconds: 86_400, exportDirectory: directory),
            status: NodeStatus(),
            logger: .quiet
        )
    }

    private func number(_ store: Store, _ sql: SQL) async throws -> Int {
        try await store.database.query(sql)[0]["n"]
    }

    @Test("A month is written to a file before it is dropped, and both are events")
    func exportsAndDrops() async throws {
        let store = try await storeWithOldMonth()
        let folder = URL(filePath: "/tmp").appending(path: "tidemark-export-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let retention = retention(store, directory: folder.path)
        try await retention.once()
        #expect(
            try await number(store, "SELECT count(*) AS n FROM event WHERE occurred_at < '2021-01-01Z'") == 3
        )
        try await eventually("the month is past the mark, and gone", within: .seconds(30)) {
            _ = try await store.database.query("UPDATE scan_mark SET done = pg_current_snapshot()")
            try await retention.once()
            return try await number(
                store,
                "SELECT count(*) AS n FROM event WHERE occurred_at < '2021-01-01Z'"
            ) == 0
        }
        let text = try String(contentsOf: folder.appending(path: "event_2020_12.jsonl"), encoding: .utf8)
        #expect(text.split(separator: "\n").count == 3 && text.hasSuffix("}\n"))
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(files == ["event_2020_12.jsonl"])
        let told = try await number(
            store,
            "SELECT count(*) AS n FROM event WHERE category IN ('EventsExported', 'EventsDropped')"
        )
        #expect(told == 2)
    }

    @Test("What cannot be written is not dropped")
    func keepsWhatCannotBeWritten() async throws {
        let store = try await storeWithOldMonth()
        let retention = retention(store, directory: "/tmp/there-is-no-such-folder")
        try await eventually("the month is past the mark", within: .seconds(30)) {
            _ = try await store.database.query("UPDATE scan_mark SET done = pg_current_snapshot()")
            do {
                try await retention.once()
                return false
            } catch is EventFileError {
                return true
            }
        }
        #expect(
            try await number(store, "SELECT count(*) AS n FROM event WHERE occurred_at < '2021-01-01Z'") == 3
        )
    }
}
