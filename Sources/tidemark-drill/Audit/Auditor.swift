import FleetModel
import Postgres

/// Reads the tables afterwards and counts what went wrong. It trusts nobody's account of it: it holds the events
/// that were committed against the decisions that were.
enum Auditor {
    struct Findings: Sendable {
        /// Events that were committed.
        var events = 0
        /// Of those, the ones that the mark is behind.
        var behindMark = 0
        /// How many events the scans say they have read.
        var read = 0
        /// Events that fire the trigger and have no decision.
        var undecided = 0
        /// Decisions beyond the first about the same event, trigger and machine.
        var repeated = 0
        /// Decisions made in a term after a later one had begun, or about events that there are not.
        var stale = 0
        /// Tenures whose term is not above the one before.
        var termsNotGrowing = 0

        var missed: Int { max(behindMark - read, undecided, 0) }
        var twice: Int { max(read - behindMark, repeated, 0) }
        /// Events that wait to be read.
        var waiting: Int { events - behindMark }

        var isClean: Bool { missed == 0 && twice == 0 && stale == 0 && termsNotGrowing == 0 }
    }

    /// In one snapshot, so that nodes may go on meanwhile.
    static func audit(_ database: Database) async throws -> Findings {
        let fires = DrillFleet.group.categories.map(\.rawValue).sorted()
        return try await database.transaction { tx in
            try tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            let mark = try tx.run(
                """
                SELECT m.events_read, (SELECT count(*) FROM event) AS events,
                       (SELECT count(*) FROM event e
                        WHERE pg_visible_in_snapshot(e.xid, m.done)
                           OR (m.batch IS NOT NULL AND pg_visible_in_snapshot(e.xid, m.batch)
                               AND (e.xid, e.id) <= (m.cursor_xid, m.cursor_id))) AS behind
                FROM scan_mark m WHERE m.name = 'auto'
                """
            )[0]
            let decided = try tx.run(
                """
                WITH decided AS (
                    SELECT event_id, trigger_id, machine_id, count(*) AS n FROM decision WHERE kind = 'match'
                    GROUP BY event_id, trigger_id, machine_id)
                SELECT (SELECT count(*) FROM event e JOIN scan_mark m ON pg_visible_in_snapshot(e.xid, m.done)
                        JOIN environment p ON p.id = e.environment_id AND p.name = 'drill'
                        JOIN project_trigger_environment te ON te.environment_id = p.id
                        JOIN project_trigger t ON t.id = te.trigger_id
                        WHERE e.category = ANY (\(fires)::text[]) AND e.machine_id IS NOT NULL
                          AND NOT EXISTS (SELECT 1 FROM decided d WHERE d.event_id = e.id AND d.trigger_id = t.id
                                                                    AND d.machine_id = e.machine_id)) AS undecided,
                       (SELECT coalesce(sum(n - 1), 0) FROM decided) AS repeated,
                       (SELECT count(*) FROM decision d JOIN lease_history h ON h.term > d.term
                        WHERE d.decided_at > h.acquired_at AND h.term = d.term + 1)
                       + (SELECT count(*) FROM decided d
                          WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.id = d.event_id)) AS stale
                """,
            )[0]
            let terms = try tx.run(
                """
                SELECT count(*) AS n FROM (
                    SELECT term, lag(term) OVER (ORDER BY acquired_at) AS before FROM lease_history) h
                WHERE term <= before
                """
            )[0]
            return Findings(
                events: try mark["events"],
                behindMark: try mark["behind"],
                read: try mark["events_read"],
                undecided: try decided["undecided"],
                repeated: try decided["repeated"],
                stale: try decided["stale"],
                termsNotGrowing: try terms["n"]
            )
        }
    }
}
