package import FleetModel
package import Postgres

/// An event with names instead of ids.
package struct NamedEvent: Sendable {
    package let id: ID<Event>
    package let occurredAt: Instant
    package let category: String
    package let machine: String?
    package let environment: String?
    package let project: String?
    package let release: String?
    package let trigger: String?
    package let deploymentID: ID<Deployment>?
    package let actor: String
    package let node: String
    package let message: String
}

/// The SQL of `event` as people read it.
package enum EventFeedRows {
    /// Events with an id below `before`, newest first.
    package static func list(
        _ filter: EventRows.Filter,
        before: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> SeenPage<NamedEvent> {
        let found =
            seen.isEverything
            ? nil : try EventSightRows.newest(filter, before: before, limit: limit, seen: seen, in: tx)
        let items = try tx.run(
            """
            SELECT e.id, e.occurred_at, e.category, m.name AS machine, en.name AS environment, p.name AS project,
                   r.version AS release, t.name AS trigger, e.deployment_id, e.actor, e.node, e.message
            FROM (
                SELECT * FROM event
                WHERE id < \(before) AND id >= \(found.map { $0.ids.last ?? before } ?? 0)
                  AND (\(found?.ids)::bigint[] IS NULL OR id = ANY (\(found?.ids)::bigint[]))
                  AND (\(filter.category)::text IS NULL OR category = \(filter.category))
                  AND (\(filter.machine)::bigint IS NULL OR machine_id = \(filter.machine))
                  AND (\(filter.project)::bigint IS NULL OR project_id = \(filter.project))
                  AND (\(filter.deployment)::bigint IS NULL OR deployment_id = \(filter.deployment))
                ORDER BY id DESC LIMIT \(limit)
            ) e
            LEFT JOIN machine m ON m.id = e.machine_id
            LEFT JOIN environment en ON en.id = e.environment_id
            LEFT JOIN project p ON p.id = e.project_id
            LEFT JOIN release r ON r.id = e.release_id
            LEFT JOIN project_trigger t ON t.id = e.trigger_id
            ORDER BY e.id DESC
            """
        ).map(NamedEvent.init(row:))
        return SeenPage(items: items, resumesAt: found?.resumesAt)
    }

    /// The events that led a scan to create the deployment, oldest first.
    package static func causes(
        of deployment: ID<Deployment>,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [NamedEvent] {
        try tx.run(
            """
            SELECT e.id, e.occurred_at, e.category, m.name AS machine, en.name AS environment, p.name AS project,
                   r.version AS release, t.name AS trigger, e.deployment_id, e.actor, e.node, e.message
            FROM (SELECT DISTINCT event_id FROM decision WHERE deployment_id = \(deployment) AND verdict = 'deploying'
                  ORDER BY event_id LIMIT \(limit)) d
            JOIN event e ON e.id = d.event_id
            LEFT JOIN machine m ON m.id = e.machine_id
            LEFT JOIN environment en ON en.id = e.environment_id
            LEFT JOIN project p ON p.id = e.project_id
            LEFT JOIN release r ON r.id = e.release_id
            LEFT JOIN project_trigger t ON t.id = e.trigger_id
            WHERE event_in_sight(\(seen.places)::bigint[], \(seen.environments)::bigint[], \(seen.projects)::bigint[],
                                 e.category, e.environment_id, e.project_id, m.environment_id)
            ORDER BY e.id
            """
        ).map(NamedEvent.init(row:))
    }
}

extension NamedEvent {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row["id"],
            occurredAt: try row["occurred_at"],
            category: try row["category"],
            machine: try row["machine"],
            environment: try row["environment"],
            project: try row["project"],
            release: try row["release"],
            trigger: try row["trigger"],
            deploymentID: try row["deployment_id"],
            actor: try row["actor"],
            node: try row["node"],
            message: try row["message"]
        )
    }
}
