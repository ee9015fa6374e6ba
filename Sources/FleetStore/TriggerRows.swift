package import FleetModel
package import Postgres

/// The SQL of `project_trigger` and `project_trigger_environment`.
package enum TriggerRows {
    /// By id, those after `after`; `project` nil: of every project.
    package static func list(
        project: String?,
        name: String? = nil,
        after: ID<Trigger>,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Trigger] {
        try tx.run(
            """
            SELECT t.id, p.name AS project, t.name, t.event_groups, t.event_categories, t.roles, t.redeploy, t.enabled,
                   t.batch_quiet_seconds, t.batch_longest_seconds, t.batch_size,
                   t.retry_attempts, t.retry_backoff_seconds, t.retry_longest_seconds, t.batch_canary, t.repair_drift,
                   coalesce('key:' || k.name, 'person:' || h.name) AS acts_as,
                   ARRAY(SELECT e.name FROM project_trigger_environment te
                         JOIN environment e ON e.id = te.environment_id
                         WHERE te.trigger_id = t.id ORDER BY e.name) AS environments
            FROM project_trigger t JOIN project p ON p.id = t.project_id
            LEFT JOIN api_key k ON k.id = t.api_key_id LEFT JOIN person h ON h.id = t.person_id
            WHERE t.id > \(after) AND (\(project)::text IS NULL OR p.name = \(project))
              AND (\(name)::text IS NULL OR t.name = \(name))
              AND in_sight(\(seen.projects)::bigint[], t.project_id)
            ORDER BY t.id LIMIT \(limit)
            """
        ).map(Trigger.init(row:))
    }

    /// Creates and changes the rows that differ, the environments aside; returns only those rows, each under
    /// its project's id. From then on they act as `principal`.
    static func apply(
        _ triggers: [(project: ID<Project>, document: TriggerDocument)],
        by principal: Principal,
        in tx: borrowing Transaction
    ) throws -> [AppliedTrigger] {
        let documents = triggers.map(\.document)
        let holders = principal.holders
        return try tx.run(
            """
            INSERT INTO project_trigger (project_id, name, event_groups, event_categories, roles, redeploy, enabled,
                                         batch_quiet_seconds, batch_longest_seconds, batch_size,
                                         retry_attempts, retry_backoff_seconds, retry_longest_seconds,
                                         batch_canary, repair_drift, person_id, api_key_id)
            SELECT d.project_id, d.name, d.groups::text[], d.categories::text[], d.roles::text[], d.redeploy, d.enabled,
                   d.quiet, d.longest, d.size, d.attempts, d.backoff, d.longest_backoff,
                   d.canary, d.repair_drift, \(holders.person)::bigint, \(holders.key)::bigint
            FROM unnest(\(triggers.map(\.project))::bigint[],
                        \(documents.map(\.name))::text[],
                        \(documents.map { $0.eventGroups.map(\.rawValue).postgresText })::text[],
                        \(documents.map { $0.eventCategories.map(\.rawValue).postgresText })::text[],
                        \(documents.map { $0.roles.postgresText })::text[],
                        \(documents.map(\.redeploy))::boolean[],
                        \(documents.map(\.enabled))::boolean[],
                        \(documents.map(\.batch.quietSeconds))::integer[],
                        \(documents.map(\.batch.longestSeconds))::integer[],
                        \(documents.map(\.batch.size))::integer[],
                        \(documents.map(\.retry.attempts))::integer[],
                        \(documents.map(\.retry.backoffSeconds))::integer[],
                        \(documents.map(\.retry.longestSeconds))::integer[],
                        \(documents.map(\.batch.canary))::integer[],
                        \(documents.map(\.repairDrift))::boolean[])
                 AS d(project_id, name, groups, categories, roles, redeploy, enabled, quiet, longest, size,
                      attempts, backoff, longest_backoff, canary, repair_drift)
            ORDER BY d.project_id, d.name
            ON CONFLICT (project_id, name) DO UPDATE
                SET event_groups = excluded.event_groups, event_categories = excluded.event_categories,
                    roles = excluded.roles, redeploy = excluded.redeploy, enabled = excluded.enabled,
                    batch_quiet_seconds = excluded.batch_quiet_seconds,
                    batch_longest_seconds = excluded.batch_longest_seconds,
                    batch_size = excluded.batch_size, retry_attempts = excluded.retry_attempts,
                    retry_backoff_seconds = excluded.retry_backoff_seconds,
                    retry_longest_seconds = excluded.retry_longest_seconds,
                    batch_canary = excluded.batch_canary, repair_drift = excluded.repair_drift,
                    person_id = excluded.person_id, api_key_id = excluded.api_key_id, updated_at = now()
                WHERE (project_trigger.event_groups, project_trigger.event_categories, project_trigger.roles,
                       project_trigger.redeploy, project_trigger.enabled, project_trigger.batch_quiet_seconds,
                       project_trigger.batch_longest_seconds, project_trigger.batch_size,
                       project_trigger.retry_attempts, project_trigger.retry_backoff_seconds,
                       project_trigger.retry_longest_seconds, project_trigger.batch_canary, project_trigger.repair_drift,
                       project_trigger.person_id, project_trigger.api_key_id)
                      IS DISTINCT FROM
                      (excluded.event_groups, excluded.event_categories, excluded.roles,
                       excluded.redeploy, excluded.enabled, excluded.batch_quiet_seconds,
                       excluded.batch_longest_seconds, excluded.batch_size,
                       excluded.retry_attempts, excluded.retry_backoff_seconds, excluded.retry_longest_seconds,
                       excluded.batch_canary, excluded.repair_drift, excluded.person_id, excluded.api_key_id)
            RETURNING id, project_id, name, xmax = 0 AS created
            """
        ).map {
            AppliedTrigger(
                id: try $0["id"],
                project: try $0["project_id"],
                name: try $0["name"],
                created: try $0["created"]
            )
        }
    }

    /// The ids of triggers that exist, in no order.
    static func ids(
        of triggers: [(project: ID<Project>, name: String)],
        in tx: borrowing Transaction
    ) throws -> [AppliedTrigger] {
        try tx.run(
            """
            SELECT t.id, t.project_id, t.name FROM project_trigger t
            JOIN unnest(\(triggers.map(\.project))::bigint[], \(triggers.map(\.name))::text[]) AS d(project_id, name)
              ON d.project_id = t.project_id AND d.name = t.name
            """
        ).map {
            AppliedTrigger(
                id: try $0["id"],
                project: try $0["project_id"],
                name: try $0["name"],
                created: false
            )
        }
    }

    /// Makes `pairs` the environments of `triggers`; returns the triggers for which that was a change.
    static func setEnvironments(
        of triggers: [ID<Trigger>],
        to pairs: [(trigger: ID<Trigger>, environment: ID<Environment>)],
        in tx: borrowing Transaction
    ) throws -> Set<ID<Trigger>> {
        let rows = try tx.run(
            """
            WITH wanted AS (
                SELECT w.trigger_id, w.environment_id
                FROM unnest(\(pairs.map(\.trigger))::bigint[], \(pairs.map(\.environment))::bigint[])
                     AS w(trigger_id, environment_id)
            ), removed AS (
                DELETE FROM project_trigger_environment te
                WHERE te.trigger_id = ANY (\(triggers)::bigint[])
                  AND (te.trigger_id, te.environment_id) NOT IN (SELECT trigger_id, environment_id FROM wanted)
                RETURNING te.trigger_id
            ), added AS (
                INSERT INTO project_trigger_environment (trigger_id, environment_id)
                SELECT trigger_id, environment_id FROM wanted
                ON CONFLICT DO NOTHING
                RETURNING trigger_id
            )
            SELECT trigger_id FROM removed UNION SELECT trigger_id FROM added
            """
        )
        return Set(try rows.map { try $0["trigger_id"] })
    }

    /// Deletes one; nil when there is none of that name.
    static func delete(
        project: String,
        name: String,
        in tx: borrowing Transaction
    ) throws -> (trigger: ID<Trigger>, project: ID<Project>)? {
        try tx.run(
            """
            DELETE FROM project_trigger t USING project p
            WHERE p.id = t.project_id AND p.name = \(project) AND t.name = \(name)
            RETURNING t.id, t.project_id
            """
        ).first.map { (try $0["id"], try $0["project_id"]) }
    }
}

/// A trigger that an apply created, changed or found.
struct AppliedTrigger {
    let id: ID<Trigger>
    let project: ID<Project>
    let name: String
    let created: Bool
}

extension Trigger {
    init(row: Row) throws {
        let groups: [String] = try row["event_groups"]
        let categories: [String] = try row["event_categories"]
        self.init(
            id: try row["id"],
            project: try row["project"],
            name: try row["name"],
            // What a newer node wrote and this one does not know cannot be shown by it.
            eventGroups: groups.compactMap(EventGroup.init(rawValue:)),
            eventCategories: categories.compactMap(EventCategory.init(rawValue:)),
            environments: try row["environments"],
            roles: try row["roles"],
            redeploy: try row["redeploy"],
            enabled: try row["enabled"],
            batch: Batch(
                quietSeconds: try row["batch_quiet_seconds"],
                longestSeconds: try row["batch_longest_seconds"],
                size: try row["batch_size"],
                canary: try row["batch_canary"]
            ),
            retry: try Retry(row: row),
            repairDrift: try row["repair_drift"],
            actsAs: try row["acts_as"]
        )
    }
}

extension Trigger.Retry {
    init(row: Row) throws {
        self.init(
            attempts: try row["retry_attempts"],
            backoffSeconds: try row["retry_backoff_seconds"],
            longestSeconds: try row["retry_longest_seconds"]
        )
    }
}
