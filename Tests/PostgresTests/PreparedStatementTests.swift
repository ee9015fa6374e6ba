import Postgres
import TestSupport
import Testing

@Suite(.freshSchema)
struct PreparedStatementTests {
    private func withPreparingConnection(_ body: (Connection) async throws -> Void) async throws {
        var configuration = try TestDatabase.current.configuration
        configuration.preparesStatements = true
        let connection = try await Connection.open(configuration, logger: .quiet)
        do {
            _ = try await connection.query("CREATE TABLE number (n int)")
            try await body(connection)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    private func prepared(on connection: Connection) async throws -> Int {
        try await connection.query(
            "SELECT count(*) AS n FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'"
        )[0]["n"]
    }

    @Test func `A statement is prepared at its second run, and takes other values`() async throws {
        try await withPreparingConnection { connection in
            for n in 1...4 {
                let added = try await connection.transaction { tx in
                    try tx.run("INSERT INTO number VALUES (\(n)) RETURNING n")[0]["n"] as Int
                }
                #expect(added == n)
                #expect(try await prepared(on: connection) == (n == 1 ? 0 : 1))
            }
        }
    }

    @Test func `A statement that is wrong is refused each time, and leaves the session usable`() async throws
    {
        try await withPreparingConnection { connection in
            for _ in 1...3 {
                let error = await #expect(throws: PostgresError.self) {
                    try await connection.query("SELECT nothing FROM number")
                }
                #expect(error?.sqlState == "42703")
            }
            #expect(connection.isUsable)
        }
    }

    @Test func `When a table changes under a prepared statement one run fails and the next is by its text`()
        async throws
    {
        try await withPreparingConnection { connection in
            _ = try await connection.query("INSERT INTO number VALUES (1)")
            for _ in 1...2 { _ = try await connection.query("SELECT * FROM number") }
            _ = try await connection.query("ALTER TABLE number ADD COLUMN m int DEFAULT 7")
            let error = await #expect(throws: PostgresError.self) {
                try await connection.query("SELECT * FROM number")
            }
            #expect(error?.sqlState == "0A000")
            #expect(try await connection.query("SELECT * FROM number")[0]["m"] as Int == 7)
        }
    }
}
