package import Logging

/// Brings the schema of a database up to date, also when several nodes try at the same instant: the first one
/// works, the others wait and then find nothing left to do.
package struct Migrator: Sendable {
    package let migrations: [Migration]

    package init(migrations: [Migration]) {
        self.migrations = migrations
    }

    /// The schema version this program needs.
    package var version: Int { migrations.map(\.number).max() ?? 0 }

    /// Applies what is missing, each file in one transaction with its row in `schema_migration`; returns what
    /// it did.
    ///
    /// Works on a connection of its own, on which a statement may take as long as it has to. Creates the
    /// schema that stands first in `searchPath` if that is missing. Waits up to `waitLimit` for another node
    /// that is migrating.
    @discardableResult
    package func migrate(
        _ configuration: ConnectionConfiguration,
        by node: String,
        waitLimit: Duration = .seconds(120),
        logger: Logger
    ) async throws -> [Migration] {
        _ = try MigrationPlan.plan(wanted: migrations, applied: [])
        var configuration = configuration
        configuration.settings.append((name: "statement_timeout", value: "0"))
        let connection = try await Connection.open(configuration, logger: logger)
        do {
            let done = try await migrate(
                on: connection,
                configuration,
                by: node,
                waitLimit: waitLimit,
                logger: logger
            )
            await connection.close()
            return done
        } catch {
            await connection.close()
            throw error
        }
    }

    /// What the database still lacks; throws if it does not descend from this program's migrations.
    package func missing(in database: Database) async throws -> [Migration] {
        let applied = try await database.transaction { tx in try MigrationRows.applied(in: tx) }
        return try MigrationPlan.plan(wanted: migrations, applied: applied)
    }

    /// The number of the last migration applied; 0 in an empty database.
    package static func currentVersion(of database: Database) async throws -> Int {
        try await database.transaction { tx in try MigrationRows.applied(in: tx).map(\.number).max() ?? 0 }
    }

    /// Closing the connection gives the lock back.
    private func migrate(
        on connection: Connection,
        _ configuration: ConnectionConfiguration,
        by node: String,
        waitLimit: Duration,
        logger: Logger
    ) async throws -> [Migration] {
        let schema = configuration.searchPath.flatMap(SearchPath.first)
        try await MigrationLock(schema: schema).acquire(on: connection, waitLimit: waitLimit, logger: logger)
        let steps = try await connection.transaction { tx in
            if let schema { try tx.run("CREATE SCHEMA IF NOT EXISTS \(identifier: schema)") }
            try MigrationRows.createTable(in: tx)
            return try MigrationPlan.plan(wanted: migrations, applied: MigrationRows.applied(in: tx))
        }
        for step in steps {
            try await connection.transaction { tx in
                try tx.run(script: step.sql)
                try MigrationRows.insert(step, by: node, in: tx)
            }
            logger.notice("schema migrated", metadata: ["number": "\(step.number)", "name": "\(step.name)"])
        }
        return steps
    }
}

/// The first name of a `search_path`.
enum SearchPath {
    /// Nil for `$user` and the like, which only the server can resolve.
    static func first(of searchPath: String) -> String? {
        var name: [Character] = []
        var isQuoted = false
        var characters = searchPath.drop(while: \.isWhitespace)[...]
        let wasQuoted = characters.first == "\""
        while let character = characters.popFirst() {
            if character == "\"" {
                if isQuoted, characters.first == "\"" {
                    name.append("\"")
                    characters.removeFirst()
                } else {
                    isQuoted.toggle()
                }
            } else if character == ",", !isQuoted {
                break
            } else {
                name.append(character)
            }
        }
        let text = wasQuoted ? String(name) : String(name).trimmingTrailingWhitespace().lowercased()
        return text.isEmpty || text.hasPrefix("$") ? nil : text
    }
}
