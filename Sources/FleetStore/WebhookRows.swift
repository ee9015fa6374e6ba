package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `webhook`.
package enum WebhookRows {
    /// Webhooks by name, those after `after`; `name` picks one.
    package static func list(
        name: String? = nil,
        after: String = "",
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Webhook] {
        try tx.run(
            """
            SELECT w.id, w.name, w.description, w.url, w.event_groups, w.event_categories, w.environments, w.projects,
                   w.enabled, w.disabled_reason, w.failing_since, s.pending, s.oldest_pending_at, s.dead, w.dropped,
                   w.created_at, w.updated_at
            FROM webhook w JOIN webhook_status s ON s.webhook_id = w.id
            WHERE w.name > \(after) AND (\(name)::text IS NULL OR w.name = \(name))
            ORDER BY w.name LIMIT \(limit)
            """
        ).map(Webhook.init(row:))
    }

    /// Creates it or changes what differs; nil: nothing did. A webhook that was turned off by itself is turned on.
    static func apply(
        _ document: WebhookDocument,
        in tx: borrowing Transaction
    ) throws -> AppliedRow<Webhook>? {
        try tx.run(
            """
            INSERT INTO webhook (name, description, url, receiver, event_groups, event_categories, environments,
                                 projects, enabled)
            VALUES (\(document.name), \(document.description ?? ""), \(document.url.text), \(document.url.receiver),
                    \(document.eventGroups.map(\.rawValue))::text[],
                    \(document.eventCategories.map(\.rawValue))::text[], \(document.environments)::text[],
                    \(document.projects)::text[], \(document.enabled))
            ON CONFLICT (name) DO UPDATE
            SET description = excluded.description, url = excluded.url, receiver = excluded.receiver,
                event_groups = excluded.event_groups, event_categories = excluded.event_categories,
                environments = excluded.environments, projects = excluded.projects, enabled = excluded.enabled,
                disabled_reason = NULL, failures = 0, failing_since = NULL, updated_at = now()
            WHERE (webhook.description, webhook.url, webhook.event_groups, webhook.event_categories,
                   webhook.environments, webhook.projects, webhook.enabled)
                  IS DISTINCT FROM
                  (excluded.description, excluded.url, excluded.event_groups, excluded.event_categories,
                   excluded.environments, excluded.projects, excluded.enabled)
            RETURNING id, name, xmax = 0 AS created
            """
        ).first.map(AppliedRow<Webhook>.init(row:))
    }

    static func count(in tx: borrowing Transaction) throws -> Int {
        try tx.run("SELECT count(*) AS n FROM webhook")[0]["n"]
    }

    /// Locks one, as whoever changes its deliveries does first; nil: there is none.
    static func lock(_ name: String, in tx: borrowing Transaction) throws -> ID<Webhook>? {
        try tx.run("SELECT id FROM webhook WHERE name = \(name) FOR NO KEY UPDATE").first.map { try $0["id"] }
    }

    /// Deletes one with its deliveries; returns how many waited, nil: there was none.
    static func delete(_ name: String, in tx: borrowing Transaction) throws -> Int? {
        guard let row = try tx.run("SELECT id FROM webhook WHERE name = \(name) FOR UPDATE").first else {
            return nil
        }
        let id: ID<Webhook> = try row["id"]
        let waited: Int = try tx.run(
            "SELECT count(*) AS n FROM webhook_delivery WHERE webhook_id = \(id) AND state = 'pending'"
        )[0]["n"]
        try tx.run("DELETE FROM webhook WHERE id = \(id)")
        return waited
    }

    /// A webhook as the outbox sees it.
    struct Telling {
        let id: ID<Webhook>
        let filter: WebhookFilter
    }

    /// Those that are told of events. Locked against deletion until the rows that refer to them are committed.
    static func askTelling(in tx: borrowing Transaction) throws -> Answer<[Telling]> {
        try tx.ask(
            """
            SELECT w.id, w.event_groups, w.event_categories, w.environments <> '{}' AS some_environments,
                   w.projects <> '{}' AS some_projects,
                   ARRAY(SELECT e.id FROM environment e WHERE e.name = ANY (w.environments)) AS environment_ids,
                   ARRAY(SELECT p.id FROM project p WHERE p.name = ANY (w.projects)) AS project_ids
            FROM webhook w WHERE w.enabled ORDER BY w.id FOR KEY SHARE OF w
            """
        ) { try $0.map(Telling.init(row:)) }
    }
}

extension WebhookRows.Telling {
    fileprivate init(row: Row) throws {
        let groups: [String] = try row["event_groups"]
        let environments: [ID<Environment>] = try row["environment_ids"]
        let projects: [ID<Project>] = try row["project_ids"]
        id = try row["id"]
        filter = WebhookFilter(
            groups: groups.compactMap(EventGroup.init(rawValue:)),
            categories: try row["event_categories"],
            environments: try row["some_environments"] ? Set(environments) : nil,
            projects: try row["some_projects"] ? Set(projects) : nil
        )
    }
}

extension Webhook {
    init(row: Row) throws {
        let groups: [String] = try row["event_groups"]
        let categories: [String] = try row["event_categories"]
        self.init(
            id: try row["id"],
            name: try row["name"],
            description: try row["description"],
            url: try row["url"],
            // What a newer node wrote and this one does not know cannot be shown by it.
            eventGroups: groups.compactMap(EventGroup.init(rawValue:)),
            eventCategories: categories.compactMap(EventCategory.init(rawValue:)),
            environments: try row["environments"],
            projects: try row["projects"],
            enabled: try row["enabled"],
            disabledReason: try row["disabled_reason"],
            failingSince: try row["failing_since"],
            pending: try row["pending"],
            oldestPendingAt: try row["oldest_pending_at"],
            dead: try row["dead"],
            dropped: try row["dropped"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}
