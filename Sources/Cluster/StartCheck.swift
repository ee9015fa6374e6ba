import Logging
package import Postgres

/// Why this node must not take part, found when it starts and whenever it opens a lease session.
package enum StartCheckFailure: Error, Sendable, Equatable, CustomStringConvertible {
    case pooledConnection
    case standby
    case settingIgnored(name: String, wanted: String, got: String)
    case schemaNewer(database: Int, node: Int)

    package var description: String {
        switch self {
        case .pooledConnection:
            "the database connection goes through a pooler that shares sessions (such as PgBouncer in transaction mode): "
                + "the lease needs a session of its own; connect to PostgreSQL directly or set pool_mode = session"
        case .standby:
            "the database is a standby (in recovery): point the node at the primary, or list all hosts in the conninfo"
        case .settingIgnored(let name, let wanted, let got):
            "the server has \(name) = \(got) although the session asked for \(wanted): without it nobody could take the "
                + "lease from a frozen node; does a proxy drop the options of the connection?"
        case .schemaNewer(let database, let node):
            "the schema of the database is version \(database), this node knows version \(node): upgrade the node"
        }
    }
}

/// Looks at a fresh session before it may be used for the lease.
package enum StartCheck {
    package static func check(
        _ connection: Connection,
        enforced: [String: String],
        schemaVersion: Int
    ) async throws {
        let rows = try await connection.query(
            """
            SELECT pg_backend_pid() AS pid, pg_is_in_recovery() AS standby,
                   ARRAY(SELECT name FROM pg_settings WHERE name = ANY (\(Array(enforced.keys))::text[])) AS names,
                   ARRAY(SELECT setting FROM pg_settings WHERE name = ANY (\(Array(enforced.keys))::text[])) AS settings
            """
        )
        guard let row = rows.first else { return }
        let pid: Int32 = try row["pid"]
        guard pid == connection.backendPID else { throw StartCheckFailure.pooledConnection }
        guard try !row["standby"] else { throw StartCheckFailure.standby }
        let names: [String] = try row["names"]
        let settings: [String] = try row["settings"]
        let inForce = Dictionary(uniqueKeysWithValues: zip(names, settings))
        for (name, wanted) in enforced.sorted(by: { $0.key < $1.key }) where inForce[name] != wanted {
            throw StartCheckFailure.settingIgnored(
                name: name,
                wanted: wanted,
                got: inForce[name] ?? "nothing"
            )
        }
        let versions = try await connection.query(
            "SELECT coalesce(max(number), 0) AS version FROM schema_migration"
        )
        let database: Int = try versions.first.map { try $0["version"] } ?? 0
        guard database <= schemaVersion else {
            throw StartCheckFailure.schemaNewer(database: database, node: schemaVersion)
        }
    }
}
