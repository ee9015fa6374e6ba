import FleetModel
import FleetStore
import Foundation
import Logging
import Postgres
import StructuredLogs

/// What an administrator does with the database at hand and no node running.
struct Maintenance {
    private let connection: ConnectionConfiguration
    private let logger: Logger

    init(_ settings: DatabaseSettings) {
        connection = settings.connection
        logger = settings.logFormat.logger("tidemarkd", level: settings.logLevel)
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

    /// Migrates first, so that the first person can be entered before the first node runs.
    func createUser(name: String, role: Role, password: String) async throws {
        if let fault = PasswordRule.fault(of: password, name: name) {
            throw StoreError.invalid(field: "password", fault)
        }
        try await Schema.migrator().migrate(connection, by: actor, logger: logger)
        try await AfterRestore.rebase(connection, by: actor, logger: logger)
        let hash = try await PasswordHasher().hash(password)
        try await withStore { store in
            try await store.unitOfWork(by: "admin:\(user)") { tx, changes in
                _ = try PersonCommands.create(
                    name: name,
                    displayName: "",
                    grants: [Grant(role)],
                    in: tx,
                    &changes
                )
                _ = try PersonCommands.setPassword(hash, of: name, in: tx, &changes)
            }
        }
    }

    func revokeKey(name: String) async throws {
        try await withStore { store in try await store.revokeAPIKey(name: name, by: "admin:\(user)") }
    }

    /// Returns how many it were.
    func resealSecrets(with keys: SecretKeyRing) async throws -> Int {
        try await withStore { store in try await store.resealSecrets(with: keys) }
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
