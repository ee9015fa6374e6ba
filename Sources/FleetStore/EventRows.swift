package import FleetModel
package import FleetRules
package import Postgres

/// The SQL of `event`.
package enum EventRows {
    /// Appends rows in one statement; their ids follow the order of `records`.
    package static func insert(
        _ records: [EventRecord],
        actor: String,
        node: String,
        in tx: borrowing Transaction
    ) throws {
        guard !records.isEmpty else { return }
        try tx.send(insertion(of: records, actor: actor, node: node))
    }

    /// The statement by itself, for whoever measures it.
    package static func insertion(of records: [EventRecord], actor: String, node: String) -> SQL {
        // Most changes raise one event, which is taken in a third faster without the arrays.
        if let record = records.first, records.count == 1 {
            return insertion(of: record, actor: actor, node: node)
        }
        return """
            INSERT INTO event (category, machine_id, environment_id, project_id, release_id, trigger_id,
                               deployment_id, actor, node, message, detail)
            SELECT r.category, r.machine_id, r.environment_id, r.project_id, r.release_id, r.trigger_id,
                   r.deployment_id, \(actor), \(node), r.message, r.detail::jsonb
            FROM unnest(\(records.map(\.category.rawValue))::text[],
                        \(records.map(\.subject.machine?.rawValue))::bigint[],
                        \(records.map(\.subject.environment?.rawValue))::bigint[],
                        \(records.map(\.subject.project?.rawValue))::bigint[],
                        \(records.map(\.subject.release?.rawValue))::bigint[],
                        \(records.map(\.subject.trigger?.rawValue))::bigint[],
                        \(records.map(\.subject.deployment?.rawValue))::bigint[],
                        \(records.map(\.message))::text[],
                        \(records.map { JSONText.object($0.detail) })::text[])
                 WITH ORDINALITY
                 AS r(category, machine_id, environment_id, project_id, release_id, trigger_id, deployment_id,
                      message, detail, position)
            ORDER BY r.position
            """
    }

    private static func insertion(of record: EventRecord, actor: String, node: String) -> SQL {
        """
        INSERT INTO event (category, machine_id, environment_id, project_id, release_id, trigger_id,
                           deployment_id, actor, node, message, detail)
        VALUES (\(record.category.rawValue), \(record.subject.machine), \(record.subject.environment),
                \(record.subject.project), \(record.subject.release), \(record.subject.trigger),
                \(record.subject.deployment), \(actor), \(node), \(record.message),
                \(JSONText.object(record.detail))::jsonb)
        """
    }

    /// Which events to list; nil fields do not restrict.
    package struct Filter: Sendable {
        package var category: String?
        package var machine: ID<Machine>?
        package var project: ID<Project>?
        package var deployment: ID<Deployment>?

        package init(
            category: String? = nil,
            machine: ID<Machine>? = nil,
            project: ID<Project>? = nil,
            deployment: ID<Deployment>? = nil
        ) {
            self.category = category
            self.machine = machine
            self.project = project
            self.deployment = deployment
        }
    }

    /// Events with an id above `after`, oldest first.
    package static func list(
        _ filter: Filter,
        after: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> SeenPage<Event> {
        let found =
            seen.isEverything
            ? nil : try EventSightRows.oldest(filter, after: after, limit: limit, seen: seen, in: tx)
        let items = try tx.run(
            """
            SELECT id, occurred_at, category, machine_id, environment_id, project_id, release_id, trigger_id,
                   deployment_id, actor, node, message
            FROM event
            WHERE id > \(after) AND id <= \(found.map { $0.ids.last ?? after } ?? .max)
              AND (\(found?.ids)::bigint[] IS NULL OR id = ANY (\(found?.ids)::bigint[]))
              AND (\(filter.category)::text IS NULL OR category = \(filter.category))
              AND (\(filter.machine)::bigint IS NULL OR machine_id = \(filter.machine))
              AND (\(filter.project)::bigint IS NULL OR project_id = \(filter.project))
              AND (\(filter.deployment)::bigint IS NULL OR deployment_id = \(filter.deployment))
            ORDER BY id LIMIT \(limit)
            """
        ).map(Event.init(row:))
        return SeenPage(items: items, resumesAt: found?.resumesAt)
    }

    /// Events with an id below `before`, newest first.
    package static func listNewestFirst(
        _ filter: Filter,
        before: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> SeenPage<Event> {
        let found =
            seen.isEverything
            ? nil : try EventSightRows.newest(filter, before: before, limit: limit, seen: seen, in: tx)
        let items = try tx.run(
            """
            SELECT id, occurred_at, category, machine_id, environment_id, project_id, release_id, trigger_id,
                   deployment_id, actor, node, message
            FROM event
            WHERE id < \(before) AND id >= \(found.map { $0.ids.last ?? before } ?? 0)
              AND (\(found?.ids)::bigint[] IS NULL OR id = ANY (\(found?.ids)::bigint[]))
              AND (\(filter.category)::text IS NULL OR category = \(filter.category))
              AND (\(filter.machine)::bigint IS NULL OR machine_id = \(filter.machine))
              AND (\(filter.project)::bigint IS NULL OR project_id = \(filter.project))
              AND (\(filter.deployment)::bigint IS NULL OR deployment_id = \(filter.deployment))
            ORDER BY id DESC LIMIT \(limit)
            """
        ).map(Event.init(row:))
        return SeenPage(items: items, resumesAt: found?.resumesAt)
    }
}

extension Event {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            occurredAt: try row["occurred_at"],
            category: try row["category"],
            machineID: try row["machine_id"],
            environmentID: try row["environment_id"],
            projectID: try row["project_id"],
            releaseID: try row["release_id"],
            triggerID: try row["trigger_id"],
            deploymentID: try row["deployment_id"],
            actor: try row["actor"],
            node: try row["node"],
            message: try row["message"]
        )
    }
}
