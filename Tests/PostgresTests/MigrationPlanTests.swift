import Testing

@testable import Postgres

struct MigrationPlanTests {
    private func migration(_ number: Int, _ sql: String = "SELECT 1") throws -> Migration {
        try Migration(fileName: "00\(number)_step.sql", sql: sql)
    }

    private func applied(_ migration: Migration) -> AppliedMigration {
        AppliedMigration(number: migration.number, name: migration.name, checksum: migration.checksum)
    }

    @Test func `The steps that are missing are planned in order`() throws {
        let all = try [3, 1, 2].map { try migration($0) }
        let sorted = try [1, 2, 3].map { try migration($0) }
        #expect(try MigrationPlan.plan(wanted: all, applied: []) == sorted)
        #expect(
            try MigrationPlan.plan(wanted: all, applied: [applied(sorted[0])]) == Array(sorted.dropFirst())
        )
        #expect(try MigrationPlan.plan(wanted: all, applied: sorted.map(applied)) == [])
    }

    @Test func `A database that is newer than the program is refused, and both versions are named`() throws {
        let later = AppliedMigration(number: 9, name: "later", checksum: "")
        let one = try migration(1)
        let error = #expect(throws: MigrationError.self) {
            _ = try MigrationPlan.plan(wanted: [one], applied: [applied(one), later])
        }
        #expect(error == .databaseIsNewer(database: 9, program: 1))
        #expect(
            try #require(error).description.contains("schema version 9, this program knows versions up to 1")
        )
    }

    @Test func `An edited, a skipped and a misnumbered migration are refused`() throws {
        let wanted = try [1, 2].map { try migration($0) }
        let edited = try migration(1, "SELECT 2")
        #expect(throws: MigrationError.changed(number: 1, appliedName: "step", name: "step")) {
            _ = try MigrationPlan.plan(wanted: wanted, applied: [applied(edited)])
        }
        #expect(throws: MigrationError.gap(missing: 1, name: "step", database: 2)) {
            _ = try MigrationPlan.plan(wanted: wanted, applied: [applied(wanted[1])])
        }
        #expect(throws: MigrationError.badNumbering(expected: 2, found: 3, name: "step")) {
            _ = try MigrationPlan.plan(wanted: [wanted[0], try migration(3)], applied: [])
        }
        #expect(throws: MigrationError.badNumbering(expected: 2, found: 1, name: "step")) {
            _ = try MigrationPlan.plan(wanted: [wanted[0], wanted[0]], applied: [])
        }
    }

    @Test(
        arguments: [
            "core.sql", "1_core.sql", "0001_core.sql", "000_core.sql", "001_.sql", "001_core.txt",
            "00a_core.sql", "+01_core.sql",
        ]
    )
    func `A file name that says no number or no name is refused`(fileName: String) {
        #expect(throws: MigrationError.badFileName(fileName)) {
            _ = try Migration(fileName: fileName, sql: "")
        }
    }

    @Test func `A file name gives number and name`() throws {
        let migration = try Migration(fileName: "042_views_and_roles.sql", sql: "")
        #expect(migration.number == 42)
        #expect(migration.name == "views_and_roles")
    }

    @Test func `The checksum is FNV-1a with 64 bits`() throws {
        #expect(try migration(1, "").checksum == "cbf29ce484222325")
        #expect(try migration(1, "foobar").checksum == "85944171f73967e8")
    }

    @Test(
        arguments: [
            ("COMMIT;", "COMMIT"), ("CREATE TABLE a (b int); end", "END"), ("/* x */ begin;", "BEGIN"),
            ("-- note\n rollback", "ROLLBACK"), ("SELECT 'it''s'; ABORT", "ABORT"),
            ("SELECT E'\\''; COMMIT", "COMMIT"),
            ("start transaction", "START"), ("PREPARE TRANSACTION 'x'", "PREPARE TRANSACTION"),
            ("DO $$ BEGIN END $$; COMMIT", "COMMIT"), ("DO $a$ $$ $a$; COMMIT", "COMMIT"),
        ]
    )
    func `A file that ends its transaction is refused`(sql: String, keyword: String) {
        #expect(throws: MigrationError.endsTransaction(fileName: "001_a.sql", keyword: keyword)) {
            _ = try Migration(fileName: "001_a.sql", sql: sql)
        }
    }

    @Test(
        arguments: [
            "", ";;", "-- COMMIT;", "/* ; COMMIT; /* nested */ ; COMMIT */", "SELECT '; COMMIT'",
            "SELECT \"; COMMIT\" FROM a",
            "DO $$ BEGIN PERFORM 1; END; $$", "DO $x$ BEGIN; COMMIT; $$ $x$",
            "CREATE TABLE a (\"end\" int, b text DEFAULT E'\\'; COMMIT')",
            "SELECT CASE WHEN true THEN 1 END", "PREPARE a AS SELECT $1; SELECT 1", "/* never closed",
            "SELECT 'never closed",
            "DO $$ never closed", "SELECT $1", "$",
        ]
    )
    func `A file that only speaks of such words is not`(sql: String) {
        #expect(SQLScript.transactionControl(in: sql) == nil)
    }

    @Test(
        arguments: [
            ("app", "app"), (" App , public", "app"), ("\"App, x\", public", "App, x"),
            ("\"a\"\"b\"", "a\"b"),
            ("\"$user\", public", nil), ("$user", nil), ("", nil),
        ] as [(String, String?)]
    )
    func `The first schema of a search path is found`(searchPath: String, schema: String?) {
        #expect(SearchPath.first(of: searchPath) == schema)
    }
}
