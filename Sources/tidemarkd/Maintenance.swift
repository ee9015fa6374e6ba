import FleetModel
import FleetStore
import Foundation
import Logging
import Postgres

/// What an administrator does with the database at hand and no node running.
struct Maintenance {
    private let connection: ConnectionConfiguration
    private let logger: Logger

    init(_ settings: DatabaseSettings) {
        connection = settings.connection
        logger = Log.logger("tidemarkd", level: settings.logLevel)
    }

    func migrate() async throws {
        let migrator = try Schema.migrator()
        let done = try await migrator.migrate(connection, by: actor, logger: logger)
        let text =
            done.isEmpty
            ? "nothing to do" : "applied \(done.map { String($0.number) }.joined(separator: ", "))"
        logger.notice(
            "schema is up to date",
            metadata: ["version": "\(migrator.version)", "done": "\(text)"]
        )
    }

    /// Migrates first, so that the first key can be made before the first node runs.
    func createKey(name: String) async throws -> String {
        try await Schema.migrator().migrate(connection, by: actor, logger: logger)
        try await AfterRestore.rebase(connection, by: actor, logger: logger)
        return try await withStore { store in
            try await store.createAPIKey(name: name, by: "admin:\(user)").text
        }
    }

    func revokeKey(name: String) async throws {
        try await withStore { store in try await store.revokeAPIKey(name: name, by: "admin:\(user)") }
    }

    private func withStore<Value>(_ body: (Store) async throws -> Value) async throws -> Value {
        let database = Database(connection, maxConnections: 1, logger: logger)
        do {
            let value = try await body(Store(database: database, node: actor))
            await database.close()
            return value
        } catch {
            await database.close()
            throw error
        }
    }

    private var user: String { ProcessInfo.processInfo.userName }
    private var actor: String { "admin@\(ProcessInfo.processInfo.hostName)" }
}

/// Where logs go: stderr, so that stdout holds data alone.
enum Log {
    static func logger(_ label: String, level: Logger.Level) -> Logger {
        var logger = Logger(label: label) { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = level
        return logger
    }
}
