import FleetModel
import Postgres

/// The SQL of which events somebody sees: those of which everything that they name is in sight.
enum EventSightRows {
    static func newest(
        _ filter: EventRows.Filter,
        before: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> SeenRows {
        let row = try tx.run(
            """
            WITH log AS MATERIALIZED (
                SELECT id, category, machine_id, environment_id, project_id FROM event
                WHERE id < \(before)
                  AND (\(filter.category)::text IS NULL OR category = \(filter.category))
                  AND (\(filter.machine)::bigint IS NULL OR machine_id = \(filter.machine))
                  AND (\(filter.project)::bigint IS NULL OR project_id = \(filter.project))
                  AND (\(filter.deployment)::bigint IS NULL OR deployment_id = \(filter.deployment))
                ORDER BY id DESC LIMIT \(SeenRows.most)
            )
            SELECT ARRAY(SELECT log.id FROM log LEFT JOIN machine m ON m.id = log.machine_id
                         WHERE event_in_sight(\(seen.places)::bigint[], \(seen.environments)::bigint[], \(seen.projects)::bigint[],
                                              log.category, log.environment_id, log.project_id, m.environment_id)
                         ORDER BY log.id DESC LIMIT \(limit)) AS ids,
                   count(*) AS looked_at, min(id) AS last
            FROM log
            """
        )[0]
        return try SeenRows(row: row, limit: limit)
    }

    static func oldest(
        _ filter: EventRows.Filter,
        after: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> SeenRows {
        let row = try tx.run(
            """
            WITH log AS MATERIALIZED (
                SELECT id, category, machine_id, environment_id, project_id FROM event
                WHERE id > \(after)
                  AND (\(filter.category)::text IS NULL OR category = \(filter.category))
                  AND (\(filter.machine)::bigint IS NULL OR machine_id = \(filter.machine))
                  AND (\(filter.project)::bigint IS NULL OR project_id = \(filter.project))
                  AND (\(filter.deployment)::bigint IS NULL OR deployment_id = \(filter.deployment))
                ORDER BY id LIMIT \(SeenRows.most)
            )
            SELECT ARRAY(SELECT log.id FROM log LEFT JOIN machine m ON m.id = log.machine_id
                         WHERE event_in_sight(\(seen.places)::bigint[], \(seen.environments)::bigint[], \(seen.projects)::bigint[],
                                              log.category, log.environment_id, log.project_id, m.environment_id)
                         ORDER BY log.id LIMIT \(limit)) AS ids,
                   count(*) AS looked_at, max(id) AS last
            FROM log
            """
        )[0]
        return try SeenRows(row: row, limit: limit)
    }
}
