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
}
