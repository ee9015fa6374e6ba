import Cluster
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct StartCheckTests {
    private func check(
        settings: [(name: String, value: String)] = [],
        enforced: [String: String] = [:],
        schemaVersion: Int = 1000
    ) async throws {
        var configuration = try TestDatabase.current.configuration
        configuration.settings += settings
        let connection = try await Connection.open(configuration, logger: .quiet)
        do {
            try await StartCheck.check(connection, enforced: enforced, schemaVersion: schemaVersion)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    @Test("a session whose settings are in force is accepted")
    func settingsInForce() async throws {
        try await check(
            settings: [("idle_session_timeout", "7s"), ("statement_timeout", "4s")],
            enforced: ["idle_session_timeout": "7000", "statement_timeout": "4000"]
        )
    }

    @Test("a session whose settings were dropped on the way is refused, and the setting is named")
    func settingsIgnored() async throws {
        await #expect(
            throws: StartCheckFailure.settingIgnored(name: "idle_session_timeout", wanted: "7000", got: "0")
        ) {
            try await check(enforced: ["idle_session_timeout": "7000"])
        }
    }

    @Test("a schema newer than the node is refused, with both versions")
    func schemaNewer() async throws {
        let version = try Schema.migrator().version
        try await check(schemaVersion: version)
        await #expect(throws: StartCheckFailure.schemaNewer(database: version, node: version - 1)) {
            try await check(schemaVersion: version - 1)
        }
    }
}
