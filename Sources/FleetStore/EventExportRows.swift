import FleetModel
import Postgres

/// Reads events as lines of JSON, whole: with their detail, and with the names of columns as the API has them.
package enum EventExportRows {
    package struct Page: Sendable {
        package let lines: [String]
        package let lastID: Int64
        /// Nothing was left to read.
        package let isEnd: Bool
    }

    /// Of `limit` events with an id above `after` that happened in `from ..< before`, those that are seen, in order of id; `from`
    /// nil: from the start.
    static func page(
        from: Instant?,
        before: Instant,
        after: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Page {
        let rows = try tx.run(
            """
            SELECT e.id, CASE WHEN event_in_sight(
                       \(seen.places)::bigint[], \(seen.environments)::bigint[], \(seen.projects)::bigint[],
                       e.category, e.environment_id, e.project_id, m.environment_id)
                   THEN jsonb_strip_nulls(jsonb_build_object(
                       'id', e.id, 'xid', e.xid::text,
                       'occurredAt', to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                       'category', e.category, 'machineID', e.machine_id, 'environmentID', e.environment_id,
                       'projectID', e.project_id, 'releaseID', e.release_id, 'triggerID', e.trigger_id,
                       'deploymentID', e.deployment_id, 'actor', e.actor, 'node', e.node, 'message', e.message,
                       'detail', e.detail))::text END AS line
            FROM (SELECT * FROM event
                  WHERE id > \(after) AND occurred_at < \(before)
                    AND occurred_at >= coalesce(\(from)::timestamptz, '-infinity')
                  ORDER BY id LIMIT \(limit)) e
            LEFT JOIN machine m ON m.id = e.machine_id
            ORDER BY e.id
            """
        )
        return Page(
            lines: try rows.compactMap { try $0["line"] },
            lastID: try rows.last.map { try $0["id"] } ?? after,
            isEnd: rows.isEmpty
        )
    }
}
