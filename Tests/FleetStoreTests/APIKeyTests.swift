import FleetModel
import FleetStore
import TestSupport
import Testing

@Suite(.migratedSchema)
struct APIKeyTests {
    @Test("a key is known until it is revoked, and then its name is free for another")
    func revoking() async throws {
        let store = Store(database: try TestDatabase.current.database, node: "test-node")
        let first = try await store.createAPIKey(name: "ci", by: "admin:test")
        #expect(try await store.identifyAPIKey(first.text)?.actor == "key:ci")
        await #expect(throws: StoreError.self) { try await store.createAPIKey(name: "ci", by: "admin:test") }
        try await store.revokeAPIKey(name: "ci", by: "admin:test")
        #expect(try await store.identifyAPIKey(first.text) == nil)
        await #expect(throws: StoreError.self) { try await store.revokeAPIKey(name: "ci", by: "admin:test") }
        let second = try await store.createAPIKey(name: "ci", by: "admin:test")
        #expect(try await store.identifyAPIKey(second.text)?.actor == "key:ci")
    }
}
