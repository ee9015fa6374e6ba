import FleetModel
import FleetRules
import Postgres

/// Reads triggers and machines as the rules see them.
enum FactsRows {
    /// Every trigger of the fleet; a scan asks once a page.
    static func triggers(in tx: borrowing Transaction) throws -> [TriggerFacts] {
        try askTriggers(in: tx).value(in: tx)
    }

    static func askTriggers(in tx: borrowing Transaction) throws -> Answer<[TriggerFacts]> {
        let identities = try ActingIdentityRows.ask(in: tx)
        let triggers = try tx.ask(
            """
            SELECT t.id, t.project_id, p.name AS project, t.person_id, t.api_key_id, t.event_groups, t.event_categories, t.roles, t.redeploy, t.enabled,
                   t.batch_quiet_seconds, t.batch_longest_seconds, t.batch_size,
                   t.retry_attempts, t.retry_backoff_seconds, t.retry_longest_seconds, t.batch_canary, t.repair_drift,
                   ARRAY(SELECT c.environment_id FROM trigger_coverage c
                         WHERE c.trigger_id = t.id) AS environment_ids
            FROM project_trigger t JOIN project p ON p.id = t.project_id ORDER BY t.id
            """
        ) { $0 }
        return Answer { tx in
            let identities = try identities.value(in: tx)
            return try triggers.value(in: tx).map { try TriggerFacts(row: $0, identities) }
        }
    }

    static func machines(
        _ ids: [ID<Machine>],
        in tx: borrowing Transaction
    ) throws -> [ID<Machine>: MachineFacts] {
        try askMachines(ids, in: tx).value(in: tx)
    }

    static func askMachines(
        _ ids: [ID<Machine>],
        in tx: borrowing Transaction
    ) throws -> Answer<[ID<Machine>: MachineFacts]> {
        guard !ids.isEmpty else { return Answer { _ in [:] } }
        return try tx.ask(
            """
            SELECT m.id AS machine_id, m.environment_id, m.roles, m.enabled, m.health, m.deleted_at IS NOT NULL AS deleted,
                   m.expired_at IS NOT NULL AS expired,
                   EXISTS (SELECT 1 FROM ephemeral_environment x
                           WHERE x.environment_id = m.environment_id AND x.teardown_at IS NOT NULL) AS environment_ends
            FROM machine m WHERE m.id = ANY (\(ids)::bigint[])
            """
        ) { rows in
            let facts = try rows.map(MachineFacts.init(row:))
            return Dictionary(uniqueKeysWithValues: facts.map { ($0.id, $0) })
        }
    }
}

extension TriggerFacts {
    fileprivate init(row: Row, _ identities: ActingIdentityRows) throws {
        let groups: [String] = try row["event_groups"]
        let categories: [String] = try row["event_categories"]
        let environments: [ID<Environment>] = try row["environment_ids"]
        let roles: [String] = try row["roles"]
        let fromGroups = groups.compactMap(EventGroup.init(rawValue:)).map(\.categories)
        self.init(
            id: try row["id"],
            projectID: try row["project_id"],
            categories: fromGroups.reduce(Set(categories.compactMap(EventCategory.init(rawValue:)))) {
                $0.union($1)
            },
            environmentIDs: Set(environments),
            roles: Set(roles),
            redeploy: try row["redeploy"],
            enabled: try row["enabled"],
            batch: Trigger.Batch(
                quietSeconds: try row["batch_quiet_seconds"],
                longestSeconds: try row["batch_longest_seconds"],
                size: try row["batch_size"],
                canary: try row["batch_canary"]
            ),
            retry: try Trigger.Retry(row: row),
            repairDrift: try row["repair_drift"],
            refusals: identities.refusals(
                of: .init(person: try row["person_id"], apiKey: try row["api_key_id"]),
                project: try row["project"],
                in: Set(environments)
            )
        )
    }
}

extension MachineFacts {
    init(row: Row) throws {
        self.init(
            id: try row["machine_id"],
            environmentID: try row["environment_id"],
            roles: try row["roles"],
            enabled: try row["enabled"],
            health: try row["health"],
            deleted: try row["deleted"],
            expired: try row["expired"],
            environmentEnds: try row["environment_ends"]
        )
    }
}
