import Postgres
import TestSupport
import Testing

@Suite(.freshSchema)
struct StatementTests {
    @Test func `A value travels as a bind and comes back as it was`() async throws {
        let text = "Robert'); DROP TABLE students; -- \" \\ ü €"
        let rows = try await TestDatabase.current.database.query("SELECT \(text) AS text")
        let back: String = try rows[0]["text"]
        #expect(back == text)
    }
}
