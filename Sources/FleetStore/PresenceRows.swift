package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `machine_presence`, `presence_watch` and `presence_gap`.
package enum PresenceRows {
    /// A gap longer than this in the nodes' own signs of life is an outage: silence of agents counts from its end.
    private static let outageSeconds = 15

    /// Notes that these machines were heard, in one statement. Rows that another transaction is at are left out, for a
    /// node that froze in the middle of this must hold up nobody: returns those, for the next time.
    @discardableResult
    package static func heard(
        _ machines: [ID<Machine>],
        by node: String,
        in tx: borrowing Transaction
    ) throws -> [ID<Machine>] {
        guard !machines.isEmpty else { return [] }
        return try tx.run(
            """
            WITH free AS MATERIALIZED (
                     SELECT machine_id FROM machine_presence WHERE machine_id = ANY (\(machines)::bigint[])
                     ORDER BY machine_id FOR NO KEY UPDATE SKIP LOCKED),
                 again AS (
                     UPDATE machine_presence p SET seen_at = greatest(p.seen_at, now()), node = \(node)
                     FROM free WHERE free.machine_id = p.machine_id
                     RETURNING p.machine_id),
                 first AS (
                     INSERT INTO machine_presence (machine_id, seen_at, node)
                     SELECT m.id, now(), \(node) FROM machine m
                     WHERE m.id = ANY (\(machines)::bigint[])
                       AND NOT EXISTS (SELECT 1 FROM machine_presence p WHERE p.machine_id = m.id)
                     ORDER BY m.id
                     ON CONFLICT (machine_id) DO NOTHING)
            SELECT machine_id FROM machine_presence p
            WHERE machine_id = ANY (\(machines)::bigint[])
              AND NOT EXISTS (SELECT 1 FROM again WHERE again.machine_id = p.machine_id)
            """
        ).map { try $0["machine_id"] }
    }

    /// Says that this node listens; a time in which none did is kept, because it is nobody's silence. Where another node
    /// is about to say so, this one need not, and does not wait for it.
    package static func watch(in tx: borrowing Transaction) throws {
        try tx.run(
            """
            WITH before AS MATERIALIZED (SELECT watched_until FROM presence_watch FOR UPDATE SKIP LOCKED),
                 gap AS (INSERT INTO presence_gap (from_at, until_at)
                         SELECT watched_until, now() FROM before
                         WHERE watched_until < now() - make_interval(secs => \(outageSeconds)))
            UPDATE presence_watch w
            SET watched_since = CASE WHEN b.watched_until < now() - make_interval(secs => \(outageSeconds))
                                     THEN now() ELSE w.watched_since END,
                watched_until = now()
            FROM before b
            """
        )
    }

    /// What is known of when nodes listened. Older gaps than the newest so many are not read, and nothing before
    /// them counts.
    static func watchedTime(in tx: borrowing Transaction) throws -> WatchedTime {
        let most = 1000
        let watch = try tx.run(
            """
            SELECT now() AS now, CASE WHEN watched_until > now() - make_interval(secs => \(outageSeconds))
                                      THEN watched_since END AS since
            FROM presence_watch
            """
        )
        let gaps = try tx.run(
            "SELECT from_at, until_at FROM presence_gap ORDER BY until_at DESC LIMIT \(most)"
        ).map { WatchedTime.Gap(from: try $0["from_at"], until: try $0["until_at"]) }
        return WatchedTime(
            now: try watch[0]["now"],
            watchedSince: try watch[0]["since"],
            gaps: gaps,
            countsFrom: gaps.count == most ? gaps.last?.until : nil
        )
    }

    static func forgetOldGaps(in tx: borrowing Transaction) throws {
        try tx.send("DELETE FROM presence_gap WHERE until_at < now() - interval '400 days'")
    }

    /// Machines that were not heard for as long as their policy allows, or else `seconds`, while somebody was there to
    /// hear them all that time; with that time.
    static func silent(
        forSeconds seconds: Int,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [(machine: ID<Machine>, seconds: Int)] {
        try tx.run(
            """
            SELECT m.id, coalesce(policy.unavailable_after_seconds, \(seconds)) AS seconds
            FROM machine m
            LEFT JOIN machine_presence p ON p.machine_id = m.id
            CROSS JOIN presence_watch w
            CROSS JOIN (SELECT id FROM machine_policy WHERE name = 'default') standard
            JOIN machine_policy_in_force policy ON policy.id = coalesce(m.policy_id, standard.id)
            WHERE m.deleted_at IS NULL
              AND (m.health NOT IN ('Unavailable', 'Unknown') OR m.health = 'Unknown' AND p.seen_at IS NOT NULL)
              AND greatest(coalesce(p.seen_at, m.created_at), w.watched_since, m.health_since)
                  < now() - make_interval(secs => coalesce(policy.unavailable_after_seconds, \(seconds)))
              AND w.watched_until > now() - make_interval(secs => \(outageSeconds))
            ORDER BY m.id LIMIT \(limit)
            """
        ).map { (try $0["id"], try $0["seconds"]) }
    }

    /// Machines that count as unavailable although their agent was heard since and its session is open. One that said
    /// goodbye has no session.
    static func heardAgain(limit: Int, in tx: borrowing Transaction) throws -> [ID<Machine>] {
        try tx.run(
            """
            SELECT m.id
            FROM machine m
            JOIN machine_presence p ON p.machine_id = m.id
            JOIN agent_session s ON s.machine_id = m.id AND s.expires_at > now()
            WHERE m.deleted_at IS NULL AND m.health = 'Unavailable' AND p.seen_at > m.health_since
            ORDER BY m.id LIMIT \(limit)
            """
        ).map { try $0["id"] }
    }
}
