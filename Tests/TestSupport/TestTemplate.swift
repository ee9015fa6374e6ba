import FleetStore
import Foundation
import Postgres

/// What the database of a test begins as. Copying one that is migrated takes a tenth of migrating another.
package enum TestTemplate: Sendable {
    /// A schema without anything in it.
    case empty
    /// A schema with all migrations of `sql/` applied.
    case migrated

    /// The name of the database to copy, which is made by whoever needs it first.
    func database(on server: ConnectionConfiguration) async throws -> String {
        switch self {
        case .empty: "template1"
        case .migrated: try await Self.migratedOnce(on: server)
        }
    }

    private static func migratedOnce(on server: ConnectionConfiguration) async throws -> String {
        let migrator = try Schema.migrator()
        let all = migrator.migrations.map(\.checksum).joined()
        return try await Connection.once(server) { connection in
            let name: String = try await connection.query("SELECT 'migrated_' || md5(\(all)) AS name")[0][
                "name"
            ]
            if try await isThere(name, connection) { return name }
            // Closing the session gives the lock back.
            _ = try await connection.query("SELECT pg_advisory_lock(hashtext(\(name)))")
            if try await isThere(name, connection) { return name }
            // What somebody left who died on the way is no template yet.
            _ = try await connection.query("DROP DATABASE IF EXISTS \(identifier: name)")
            _ = try await connection.query("CREATE DATABASE \(identifier: name)")
            var inside = server
            inside[parameter: "dbname"] = name
            inside.searchPath = "fleet"
            try await migrator.migrate(inside, by: "test", logger: .quiet)
            _ = try await connection.query(
                "ALTER DATABASE \(identifier: name) WITH IS_TEMPLATE true ALLOW_CONNECTIONS false"
            )
            return name
        }
    }

    private static func isThere(_ name: String, _ connection: Connection) async throws -> Bool {
        try await !connection.query("SELECT FROM pg_database WHERE datname = \(name) AND datistemplate")
            .isEmpty
    }
}

extension Connection {
    /// A connection for as long as `body` takes.
    static func once<Result: Sendable>(
        _ configuration: ConnectionConfiguration,
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let connection = try await open(configuration, logger: .quiet)
        do {
            let result = try await body(connection)
            await connection.close()
            return result
        } catch {
            await connection.close()
            throw error
        }
    }
}
