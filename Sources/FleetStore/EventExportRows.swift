import FleetModel
import Postgres

/// Reads events as lines of JSON, whole: with their detail, and with the names of columns as the API has them.
package enum EventExportRows {
    package struct Page: Sendable {
        package let lines: [String]
        package let lastID: Int64
    }

    /// Events with an id above `after` that happened in `from ..< before`, in order of id; `from` nil: from the start.
    static func page(
        from: Instant?,
        before: Instant,
        after: Int64,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> Page {
        let rows = try tx.run(
            """
            SELECT id, jsonb_strip_nulls(jsonb_build_object(
                       'id', id, 'xid', xid::text,
                       'occurredAt', to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                       'category', category, 'machineID', machine_id, 'environmentID', environment_id,
                       'projectID', project_id, 'releaseID', release_id, 'triggerID', trigger_id,
                       'deploymentID', deployment_id, 'actor', actor, 'node', node, 'message', message,
                       'detail', detail))::text AS line
            FROM event
            WHERE id > \(after) AND occurred_at < \(before)
              AND occurred_at >= coalesce(\(from)::timestamptz, '-infinity')
            ORDER BY id LIMIT \(limit)
            """
        )
        let lines: [String] = try rows.map { try $0["line"] }
        return Page(lines: lines, lastID: try rows.last.map { try $0["id"] } ?? after)
    }
}
