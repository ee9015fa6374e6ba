import FleetStore
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
}
