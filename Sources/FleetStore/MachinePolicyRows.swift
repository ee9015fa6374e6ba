package import FleetModel
package import Postgres

/// The SQL of `machine_policy`.
package enum MachinePolicyRows {
    /// Everybody who looks sees it; how many machines follow it is of those that are seen.
    package static func find(
        _ name: String,
        seen: Seen = .everything,
        in tx: borrowing Transaction
    ) throws -> MachinePolicy? {
        try tx.run(
            """
            SELECT p.id, p.name, p.description, p.created_at, p.updated_at, to_jsonb(p) AS own, to_jsonb(f) AS in_force,
                   h.scope AS hold_scope, h.machines AS hold_machines, h.of AS hold_of, h.held_at,
                   (SELECT count(*) FROM machine m
                    WHERE m.deleted_at IS NULL AND coalesce(m.policy_id, d.id) = p.id
                      AND in_sight(\(seen.environments)::bigint[], m.environment_id)) AS machines
            FROM machine_policy p
            JOIN machine_policy_in_force f ON f.id = p.id
            LEFT JOIN cleanup_hold h ON h.policy_id = p.id
            CROSS JOIN (SELECT id FROM machine_policy WHERE name = \(MachinePolicy.defaultName)) d
            WHERE p.name = \(name)
            """
        ).first.map(MachinePolicy.init(row:))
    }

    /// By name, those after `after`.
    package static func list(
        after: String,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [MachinePolicy] {
        try tx.run(
            """
            SELECT p.id, p.name, p.description, p.created_at, p.updated_at, to_jsonb(p) AS own, to_jsonb(f) AS in_force,
                   h.scope AS hold_scope, h.machines AS hold_machines, h.of AS hold_of, h.held_at,
                   (SELECT count(*) FROM machine m
                    WHERE m.deleted_at IS NULL AND coalesce(m.policy_id, d.id) = p.id
                      AND in_sight(\(seen.environments)::bigint[], m.environment_id)) AS machines
            FROM machine_policy p
            JOIN machine_policy_in_force f ON f.id = p.id
            LEFT JOIN cleanup_hold h ON h.policy_id = p.id
            CROSS JOIN (SELECT id FROM machine_policy WHERE name = \(MachinePolicy.defaultName)) d
            WHERE p.name > \(after) ORDER BY p.name LIMIT \(limit)
            """
        ).map(MachinePolicy.init(row:))
    }

    /// What to store for "follows this policy": nil for `default`, which is what no policy means. Locked against deletion.
    static func reference(to name: String, in tx: borrowing Transaction) throws -> ID<MachinePolicy>? {
        guard name != MachinePolicy.defaultName else { return nil }
        let row = try tx.run("SELECT id FROM machine_policy WHERE name = \(name) FOR KEY SHARE").first
        guard let row else {
            throw StoreError.invalid(field: "policy", "there is no machine policy '\(name)': apply it first")
        }
        return try row["id"]
    }

    /// Creates and changes what differs; returns only that.
    static func apply(
        _ documents: [MachinePolicyDocument],
        in tx: borrowing Transaction
    ) throws -> [AppliedRow<MachinePolicy>] {
        let rows = try JSONText.encode(documents.map(MachinePolicyColumns.init(_:)))
        return try tx.run(
            """
            INSERT INTO machine_policy AS p (
                name, description, check_kind, check_script, check_interval_seconds, check_cron, check_timeout_seconds,
                warning_exit_codes, check_before_deployment, unavailable_after_seconds, may_be_offline,
                delete_unavailable, delete_after_seconds, purge_after_seconds, guard_share_percent, guard_count,
                keep_releases)
            SELECT name, description, check_kind, check_script, check_interval_seconds, check_cron, check_timeout_seconds,
                   warning_exit_codes, check_before_deployment, unavailable_after_seconds, may_be_offline,
                   delete_unavailable, delete_after_seconds, purge_after_seconds, guard_share_percent, guard_count,
                   keep_releases
            FROM jsonb_to_recordset(\(rows)::jsonb) AS d(
                name text, description text, check_kind text, check_script text, check_interval_seconds int,
                check_cron text, check_timeout_seconds int, warning_exit_codes int[], check_before_deployment boolean,
                unavailable_after_seconds int, may_be_offline boolean, delete_unavailable boolean,
                delete_after_seconds int, purge_after_seconds int, guard_share_percent int, guard_count int,
                keep_releases int)
            ORDER BY name
            ON CONFLICT (name) DO UPDATE SET
                description = excluded.description, check_kind = excluded.check_kind,
                check_script = excluded.check_script, check_interval_seconds = excluded.check_interval_seconds,
                check_cron = excluded.check_cron, check_timeout_seconds = excluded.check_timeout_seconds,
                warning_exit_codes = excluded.warning_exit_codes,
                check_before_deployment = excluded.check_before_deployment,
                unavailable_after_seconds = excluded.unavailable_after_seconds,
                may_be_offline = excluded.may_be_offline, delete_unavailable = excluded.delete_unavailable,
                delete_after_seconds = excluded.delete_after_seconds, purge_after_seconds = excluded.purge_after_seconds,
                guard_share_percent = excluded.guard_share_percent, guard_count = excluded.guard_count,
                keep_releases = excluded.keep_releases, updated_at = now()
            WHERE to_jsonb(p) - '{id,created_at,updated_at}'::text[]
                  <> to_jsonb(excluded) - '{id,created_at,updated_at}'::text[]
            RETURNING id, name, xmax = 0 AS created
            """
        ).map(AppliedRow.init(row:))
    }

    /// Policies in whose force a script is to say how a machine is, and there is none.
    static func withoutScript(in tx: borrowing Transaction) throws -> [String] {
        try tx.run(
            """
            SELECT name FROM machine_policy_in_force WHERE check_kind = 'script' AND check_script IS NULL
            ORDER BY name LIMIT 20
            """
        ).map { try $0["name"] }
    }

    /// Locked; nil: there is none.
    static func lock(_ name: String, in tx: borrowing Transaction) throws -> ID<MachinePolicy>? {
        try tx.run("SELECT id FROM machine_policy WHERE name = \(name) FOR UPDATE").first.map { try $0["id"] }
    }

    /// Machines and usable join tokens that name the policy, the first few in words, and how many there are.
    static func users(
        of policy: ID<MachinePolicy>,
        most: Int,
        in tx: borrowing Transaction
    ) throws -> (names: [String], count: Int) {
        let rows = try tx.run(
            """
            WITH users AS (
                SELECT 1 AS rank, 'machine ' || name AS name FROM machine
                WHERE policy_id = \(policy) AND deleted_at IS NULL
                UNION ALL
                SELECT 2, 'join token ' || prefix FROM join_token
                WHERE policy_id = \(policy) AND revoked_at IS NULL AND expires_at > now()
                  AND (uses_left IS NULL OR uses_left > 0))
            SELECT name, count(*) OVER () AS count FROM users ORDER BY rank, name LIMIT \(most)
            """
        )
        return (try rows.map { try $0["name"] }, try rows.first?["count"] ?? 0)
    }

    /// What no longer lives may still name it.
    static func delete(_ policy: ID<MachinePolicy>, in tx: borrowing Transaction) throws {
        try tx.run(
            "UPDATE machine SET policy_id = NULL WHERE policy_id = \(policy) AND deleted_at IS NOT NULL"
        )
        try tx.run("UPDATE join_token SET policy_id = NULL WHERE policy_id = \(policy)")
        try tx.run("DELETE FROM machine_policy WHERE id = \(policy)")
    }
}

extension MachinePolicy {
    init(row: Row) throws {
        let own: MachinePolicyColumns = try JSONText.decode(from: row["own"])
        let inForce: MachinePolicyColumns = try JSONText.decode(from: row["in_force"])
        self.init(
            id: try row["id"],
            name: try row["name"],
            description: try row["description"],
            own: own.values,
            inForce: inForce.values,
            machines: try row["machines"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"],
            cleanupHold: try CleanupHold(policy: try row["name"], row: row)
        )
    }
}
