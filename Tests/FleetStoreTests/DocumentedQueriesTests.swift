import Foundation
import Postgres
import TestSupport
import Testing

/// Runs every query of `docs/sql.md` as the role that the page is written for.
@Suite(.migratedSchema)
struct DocumentedQueriesTests {
    private struct Query: CustomTestStringConvertible, Sendable {
        let question: String
        let text: String

        var testDescription: String { question }
    }

    private static let page = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../docs/sql.md"
    )

    /// The queries in the page's ```sql blocks, each with the heading above it.
    private static let queries: [Query] = {
        var queries: [Query] = []
        var question = ""
        var block: [Substring]?
        for line in ((try? String(contentsOf: page, encoding: .utf8)) ?? "").split(
            separator: "\n",
            omittingEmptySubsequences: false
        ) {
            if line.hasPrefix("## ") { question = String(line.dropFirst(3)) }
            if line == "```sql" {
                block = []
            } else if line == "```", let lines = block {
                queries.append(Query(question: question, text: lines.joined(separator: "\n")))
                block = nil
            } else {
                block?.append(line)
            }
        }
        return queries
    }()

    @Test("the page has the questions that people ask")
    func pageIsRead() {
        #expect(Self.queries.count >= 15)
    }

    @Test("E4 every documented query runs as the read-only role", arguments: Self.queries)
    private func runs(query: Query) async throws {
        try await TestDatabase.current.database.transaction { tx in
            try tx.run("SET LOCAL ROLE tidemark_readonly")
            try tx.run("SET LOCAL transaction_read_only = on")
            try tx.run(SQL(stringLiteral: query.text))
        }
    }

    @Test(
        "E4 the read-only role can change nothing and sees no secret",
        arguments: [
            "INSERT INTO environment (name) VALUES ('x')",
            "UPDATE machine SET enabled = false",
            "DELETE FROM event",
            "SELECT * FROM api_key",
            "SELECT * FROM join_token",
            "SELECT * FROM agent_session",
            "SELECT * FROM idempotency_key",
            "SELECT * FROM webhook",
            "SELECT * FROM webhook_secret",
            "SELECT * FROM provider_attempt",
            "SELECT sealed FROM secret",
            "SELECT rebase_events('auto')",
            "CREATE TABLE mine (id int)",
        ]
    )
    func mayNot(statement: String) async throws {
        let error = await #expect(throws: PostgresError.self) {
            try await TestDatabase.current.database.transaction { tx in
                try tx.run("SET LOCAL ROLE tidemark_readonly")
                try tx.run(SQL(stringLiteral: statement))
            }
        }
        #expect(error?.sqlState == "42501")
    }

    @Test(
        "E4 the read-only role holds no right that changes anything, on whatever table or function there is"
    )
    func holdsNoRight() async throws {
        let rights = try await TestDatabase.current.database.query(
            """
            SELECT c.relname || ': ' || p.privilege AS right FROM pg_class c
            CROSS JOIN unnest('{INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) p(privilege)
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v', 'p', 'm')
              AND has_table_privilege('tidemark_readonly', c.oid, p.privilege)
            UNION ALL
            SELECT proname || ': runs as its owner' FROM pg_proc
            WHERE pronamespace = current_schema()::regnamespace AND prosecdef
              AND has_function_privilege('tidemark_readonly', oid, 'EXECUTE')
            UNION ALL
            SELECT 'CREATE' WHERE has_schema_privilege('tidemark_readonly', current_schema(), 'CREATE')
            """
        ).map { row -> String in try row["right"] }
        #expect(rights == [])
    }

    @Test("E4 whoever may only read sees every table and view but the secrets")
    func seesTheRest() async throws {
        let hidden = try await TestDatabase.current.database.query(
            """
            SELECT relname AS name FROM pg_class c
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v', 'p', 'm')
              AND NOT has_table_privilege('tidemark_readonly', c.oid, 'SELECT')
            ORDER BY relname
            """
        ).map { row -> String in try row["name"] }
        #expect(
            Set(hidden).isSubset(of: Self.secrets),
            "grant SELECT to tidemark_readonly in the table's own file"
        )
    }

    /// Tables that hold secrets or their hashes.
    private static let secrets: Set<String> = [
        "api_key", "join_token", "agent_session", "idempotency_key", "agent_nonce", "migration",
        "person_password", "web_session", "webhook", "webhook_secret", "provider_attempt", "secret",
    ]
}
