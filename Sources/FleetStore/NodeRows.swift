package import Postgres

/// The SQL of `node`.
package enum NodeRows {
    package enum State: String, Sendable, PostgresEncodable {
        case ready, drained, draining, stopped
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

    /// Who drained the node, such as `person:ada`; nil: nobody, or the row was never written.
    package static func drainedBy(_ node: String) -> SQL {
        "SELECT drained_by FROM node WHERE name = \(node)"
    }

    /// All of them, in the order of their names, so that of two who each drain another node the second one sees what
    /// the first one did.
    static func lockAll(in tx: borrowing Transaction) throws {
        try tx.run("SELECT 1 FROM node ORDER BY name FOR NO KEY UPDATE")
    }

    /// `actor` drained it; nil: it is taken back.
    static func setDrained(by actor: String?, _ node: String, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            UPDATE node SET drained_by = \(actor), drained_at = CASE WHEN \(actor)::text IS NOT NULL THEN now() END
            WHERE name = \(node)
            """
        )
    }

    /// Forgets nodes that have not been seen for a week; not those that are drained, for they would come back as if
    /// they were not.
    static func forgetOld(in tx: borrowing Transaction) throws {
        try tx.send("DELETE FROM node WHERE seen_at < now() - interval '7 days' AND drained_at IS NULL")
    }
}
