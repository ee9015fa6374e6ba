package import Postgres

/// The SQL of `node`.
package enum NodeRows {
    package enum State: String, Sendable, PostgresEncodable {
        case ready, draining, stopped
    }

    /// What a node says of itself.
    package struct Identity: Sendable {
        package var version: String
        package var address: String
        package var pid: Int32

        package init(version: String, address: String, pid: Int32) {
            self.version = version
            self.address = address
            self.pid = pid
        }
    }

    /// Writes the node's own row. `started` marks the first time of a process.
    package static func write(
        _ identity: Identity,
        _ state: State,
        of node: String,
        started: Bool,
        in tx: borrowing Transaction
    ) throws {
        try tx.run(
            """
            INSERT INTO node AS n (name, version, address, pid, state)
            VALUES (\(node), \(identity.version), \(identity.address), \(identity.pid), \(state))
            ON CONFLICT (name) DO UPDATE
            SET version = excluded.version, address = excluded.address, pid = excluded.pid, state = excluded.state,
                started_at = CASE WHEN \(started) THEN now() ELSE n.started_at END, seen_at = now()
            """
        )
    }

    /// Forgets nodes that have not been seen for a week.
    static func forgetOld(in tx: borrowing Transaction) throws {
        try tx.run("DELETE FROM node WHERE seen_at < now() - interval '7 days'")
    }
}
