import FleetStore
import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct SchemaTests {
    @Test func `The files of sql can be applied, and then nothing is missing`() async throws {
        let database = try TestDatabase.current.database
        #expect(try await Migrator.currentVersion(of: database) == Schema.migrator().version)
        #expect(try await Schema.migrator().missing(in: database) == [])
    }

    /// A build that overlooked a change in `sql/` would otherwise go unnoticed.
    @Test func `What is embedded is what lies in the folder sql`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../sql")
            .standardized
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path())
            .filter { $0.hasSuffix(".sql") }
        let wanted = try names.sorted().map { name in
            try Migration(
                fileName: name,
                sql: String(contentsOf: folder.appending(path: name), encoding: .utf8)
            )
        }
        #expect(try Schema.migrator().migrations == wanted)
    }

    @Test func `Every table and column that was made has a comment`() async throws {
        let rows = try await TestDatabase.current.database.query(
            """
            SELECT c.relname || coalesce('.' || a.attname, '') AS name
            FROM pg_class c
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
              AND (obj_description(c.oid, 'pg_class') IS NULL OR col_description(c.oid, a.attnum) IS NULL)
            ORDER BY 1
            """
        )
        #expect(try rows.map { try $0.decode("name", as: String.self) } == [])
    }
}

@Suite(.freshSchema)
struct MigratorTests {
    private func migrator(_ texts: [String]) throws -> Migrator {
        Migrator(
            migrations: try texts.enumerated().map { index, sql in
                try Migration(fileName: "00\(index + 1)_step.sql", sql: sql)
            }
        )
    }

    @discardableResult
    private func migrate(_ migrator: Migrator, by node: String = "n", waitLimit: Duration = .seconds(60))
        async throws -> [Int]
    {
        try await migrator.migrate(
            TestDatabase.current.configuration,
            by: node,
            waitLimit: waitLimit,
            logger: .quiet
        ).map(\.number)
    }

    private let slow = [
        "CREATE TABLE applied (n int); SELECT pg_sleep(0.1); INSERT INTO applied VALUES (1)",
        """
        DO $$ BEGIN PERFORM pg_sleep(0.1); INSERT INTO applied VALUES (2); END $$;
        INSERT INTO applied VALUES (3);
        """,
    ]

    @Test func `Of three that start at the same instant each migration is applied once`() async throws {
        let migrator = try migrator(slow)
        let done = try await withThrowingTaskGroup { group in
            for node in 0..<3 { group.addTask { try await migrate(migrator, by: "node-\(node)") } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(done.flatMap(\.self).sorted() == [1, 2])
        let database = try TestDatabase.current.database
        #expect(
            try await database.query("SELECT n FROM applied ORDER BY n").map { try $0["n"] } == [1, 2, 3]
        )
        #expect(try await Migrator.currentVersion(of: database) == 2)
    }

    @Test func `A later program applies only what is new`() async throws {
        #expect(try await migrate(migrator([slow[0]])) == [1])
        #expect(try await migrate(migrator(slow)) == [2])
        #expect(try await migrate(migrator(slow)) == [])
    }

    @Test func `An earlier program is refused, and so is an edited file`() async throws {
        try await migrate(migrator(slow))
        await #expect(throws: MigrationError.databaseIsNewer(database: 2, program: 1)) {
            try await migrate(migrator([slow[0]]))
        }
        await #expect(throws: MigrationError.changed(number: 2, appliedName: "step", name: "step")) {
            try await migrate(migrator([slow[0], "SELECT 1"]))
        }
    }

    @Test func `A file that fails leaves nothing behind, and those before it stay`() async throws {
        let broken = try migrator(["CREATE TABLE first (n int)", "CREATE TABLE second (n int); SELECT 1 / 0"])
        let error = await #expect(throws: PostgresError.self) { try await migrate(broken) }
        #expect(error?.sqlState == "22012")
        let database = try TestDatabase.current.database
        #expect(try await Migrator.currentVersion(of: database) == 1)
        let row = try await database.query("SELECT to_regclass('second') IS NULL AS absent")[0]
        #expect(try row["absent"] == true)
    }

    @Test func `A schema that is missing is made, and what another schema has does not count`() async throws {
        try await migrate(migrator(slow))
        var configuration = try TestDatabase.current.configuration
        let schema = "\(try TestDatabase.current.schema)_Two"
        configuration.searchPath = "\"\(schema)\", \(try TestDatabase.current.schema)"
        let done = try await migrator(slow).migrate(configuration, by: "n", logger: .quiet)
        #expect(done.count == 2)
        _ = try await TestDatabase.current.database.query("DROP SCHEMA \(identifier: schema) CASCADE")
    }

    @Test func `An empty database has version 0`() async throws {
        #expect(try await Migrator.currentVersion(of: TestDatabase.current.database) == 0)
    }

    @Test func `Waiting for another migration has a time limit, and the error says who it is`() async throws {
        let migrator = try migrator(["SELECT pg_sleep(20)"])
        let current = try TestDatabase.current
        let database = try TestDatabase.current.database
        try await withThrowingTaskGroup { group in
            group.addTask { _ = try? await migrate(migrator, by: "first") }
            try await eventually("the first one migrates") {
                try await !database.query(
                    """
                    SELECT 1 FROM pg_stat_activity
                    WHERE application_name = \(current.name) AND query LIKE 'SELECT pg_sleep%'
                    """
                ).isEmpty
            }
            let error = await #expect(throws: MigrationError.self) {
                try await migrate(migrator, by: "second", waitLimit: .milliseconds(100))
            }
            let text = "\(try #require(error))"
            #expect(text.contains("another migration of this schema was still running"))
            #expect(text.contains("'\(current.name)'"))
            group.cancelAll()
        }
        #expect(try await Migrator.currentVersion(of: database) == 0)
    }
}
