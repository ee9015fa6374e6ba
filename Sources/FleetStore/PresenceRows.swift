package import FleetModel
package import Postgres

/// The SQL of `machine_presence` and `presence_watch`.
package enum PresenceRows {
    /// A gap longer than this in the nodes' own signs of life is an outage: silence of agents counts from its end.
    private static let outageSeconds = 15

    /// Notes that these machines were heard, in one statement, and that somebody is there to hear.
    package static func heard(_ machines: [ID<Machine>], by node: String, in tx: borrowing Transaction) throws
    {
        guard !machines.isEmpty else { return }
        try tx.run(
            """
            INSERT INTO machine_presence AS p (machine_id, seen_at, node)
            SELECT m.id, now(), \(node) FROM machine m
            WHERE m.id = ANY (\(machines)::bigint[]) ORDER BY m.id
            ON CONFLICT (machine_id) DO UPDATE SET seen_at = greatest(p.seen_at, excluded.seen_at), node = excluded.node
            """
        )
    }

    package static func watch(in tx: borrowing Transaction) throws {
        try tx.run(
            """
            UPDATE presence_watch
            SET watched_since = CASE WHEN watched_until < now() - make_interval(secs => \(outageSeconds))
                                     THEN now() ELSE watched_since END,
                watched_until = now()
            """
        )
    }

    /// Machines that were not heard for so long, while somebody was there to hear them all that time.
    static func silent(
        forSeconds seconds: Int,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [ID<Machine>] {
        try tx.run(
            """
            SELECT m.id
            FROM machine m
            LEFT JOIN machine_presence p ON p.machine_id = m.id
            CROSS JOIN presence_watch w
            WHERE m.deleted_at IS NULL AND (m.health NOT IN ('Unavailable', 'Unknown') OR m.health = 'Unknown' AND p.seen_at IS NOT NULL)
              AND greatest(coalesce(p.seen_at, m.created_at), w.watched_since, m.health_since)
                  < now() - make_interval(secs => \(seconds))
              AND w.watched_until > now() - make_interval(secs => \(outageSeconds))
            ORDER BY m.id LIMIT \(limit)
            """
        ).map { try $0["id"] }
    }
}
