import FleetModel
import Postgres

/// How far somebody has read the event log: exact although events commit out of the order of their ids, by
/// the rule that the scanner's mark uses (see `scan_mark`).
package struct EventPosition: Sendable, Equatable {
    /// Every event visible in this snapshot has been read.
    package var done: String
    /// The batch in progress ends with what is visible here; nil between batches.
    package var batch: String?
    /// Events of the batch up to (`xid`, `id`) have been read.
    package var xid: UInt64 = 0
    package var id: Int64 = 0

    package init(done: String) {
        self.done = done
    }

    /// One line of text without spaces; `init(text:)` reads it.
    package var text: String {
        guard let batch else { return done }
        return "\(done)|\(batch)|\(xid)|\(id)"
    }

    /// nil for anything that `text` could not have written.
    package init?(text: String) {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        guard text.utf8.count <= 16_384, parts.count == 1 || parts.count == 4, Self.isSnapshot(parts[0])
        else { return nil }
        done = parts[0]
        guard parts.count == 4 else { return }
        guard Self.isSnapshot(parts[1]), let xid = UInt64(parts[2]), let id = Int64(parts[3]) else {
            return nil
        }
        batch = parts[1]
        self.xid = xid
        self.id = id
    }

    /// `xmin:xmax:xip,xip,...` as PostgreSQL writes it.
    private static func isSnapshot(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let xmin = UInt64(parts[0]), let xmax = UInt64(parts[1]), 0 < xmin,
            xmin <= xmax
        else {
            return false
        }
        var last: UInt64 = 0
        for part in parts[2].split(separator: ",", omittingEmptySubsequences: true) {
            guard let xid = UInt64(part), last < xid, xmin <= xid, xid < xmax else { return false }
            last = xid
        }
        return !parts[2].hasPrefix(",") && !parts[2].hasSuffix(",") && !parts[2].contains(",,")
    }
}

/// The SQL of reading `event` from a position on.
enum EventStreamRows {
    /// A page of the batch, in the order of the index that carries it; of each event whether it is seen.
    static func page(
        from position: EventPosition,
        batch: String,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [(event: Event, xid: UInt64, isSeen: Bool)] {
        try tx.run(
            """
            SELECT e.id, e.occurred_at, e.category, e.machine_id, e.environment_id, e.project_id, e.release_id,
                   e.trigger_id, e.deployment_id, e.actor, e.node, e.message, e.xid,
                   event_in_sight(\(seen.places)::bigint[], \(seen.environments)::bigint[], \(seen.projects)::bigint[],
                                  e.category, e.environment_id, e.project_id, m.environment_id) AS is_seen
            FROM (
                SELECT * FROM (
                    SELECT * FROM event
                    WHERE xid >= pg_snapshot_xmax(\(position.done)::pg_snapshot)
                      AND xid < pg_snapshot_xmax(\(batch)::pg_snapshot)
                    UNION ALL
                    SELECT * FROM event
                    WHERE xid = ANY (ARRAY(SELECT pg_snapshot_xip(\(position.done)::pg_snapshot)))
                ) new
                WHERE pg_visible_in_snapshot(new.xid, \(batch)::pg_snapshot)
                  AND (new.xid, new.id) > (\(String(position.xid))::xid8, \(position.id))
                ORDER BY new.xid, new.id LIMIT \(limit)
            ) e
            LEFT JOIN machine m ON m.id = e.machine_id
            ORDER BY e.xid, e.id
            """
        ).map { (try Event(row: $0), try $0["xid"], try $0["is_seen"]) }
    }
}
