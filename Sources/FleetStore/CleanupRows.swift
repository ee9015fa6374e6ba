import FleetModel
import FleetRules
import Postgres

/// Reads what the rule of cleanup looks at, and writes what it concludes.
enum CleanupRows {
    /// Most unavailable machines that are looked at; when there are more, nobody is cleaned up.
    static let most = 20_000

    struct Policy {
        let id: Int64
        let name: String
        let rule: CleanupPolicy
    }

    static func policies(silenceSeconds: Int, in tx: borrowing Transaction) throws -> [Policy] {
        try tx.run(
            """
            SELECT f.id, f.name, coalesce(f.delete_unavailable, false) AS is_on,
                   coalesce(f.delete_after_seconds, 3600) AS delete_after,
                   coalesce(f.purge_after_seconds, 3600) AS purge_after,
                   coalesce(f.guard_share_percent, 30) AS share, coalesce(f.guard_count, 3) AS count,
                   coalesce(f.unavailable_after_seconds, \(silenceSeconds)) AS grace,
                   coalesce(c.machines, 0) AS machines
            FROM machine_policy_in_force f
            LEFT JOIN (SELECT coalesce(m.policy_id, d.id) AS policy_id, count(*) AS machines
                       FROM machine m CROSS JOIN (SELECT id FROM machine_policy WHERE name = 'default') d
                       WHERE m.deleted_at IS NULL GROUP BY 1) c ON c.policy_id = f.id
            ORDER BY f.id
            """
        ).map { row in
            Policy(
                id: try row["id"],
                name: try row["name"],
                rule: CleanupPolicy(
                    isOn: try row["is_on"],
                    deleteAfterSeconds: try row["delete_after"],
                    purgeAfterSeconds: try row["purge_after"],
                    limit: CleanupLimit(sharePercent: try row["share"], count: try row["count"]),
                    graceSeconds: try row["grace"],
                    machines: try row["machines"]
                )
            )
        }
    }

    /// Machines that are unavailable, of whatever policy, and those that policies deleted which fell silent with them.
    static func machines(in tx: borrowing Transaction) throws -> [CleanupFacts] {
        try tx.run(
            """
            WITH standard AS (SELECT id FROM machine_policy WHERE name = 'default'), gone AS (
                SELECT * FROM machine WHERE deleted_at IS NULL AND health = 'Unavailable'
                UNION ALL
                SELECT * FROM machine
                WHERE deleted_at IS NOT NULL AND expired_at IS NOT NULL
                  AND health_since >= (SELECT min(health_since) FROM machine
                                       WHERE deleted_at IS NULL AND health = 'Unavailable')
                                      - make_interval(secs => \(CleanupRule.togetherSeconds)))
            SELECT g.id, coalesce(g.policy_id, s.id) AS policy_id, g.enabled,
                   greatest(g.health_since, g.restored_at) AS silent_since, g.expired_at,
                   g.deleted_at IS NOT NULL AS purged, g.cleanup_allowed_at, g.purge_retry_at
            FROM gone g CROSS JOIN standard s
            ORDER BY g.deleted_at IS NOT NULL, g.id LIMIT \(most)
            """
        ).map { row in
            CleanupFacts(
                machine: try row["id"],
                policy: try row["policy_id"],
                enabled: try row["enabled"],
                silentSince: try row["silent_since"],
                expiredAt: try row["expired_at"],
                purged: try row["purged"],
                allowedAt: try row["cleanup_allowed_at"],
                retryAt: try row["purge_retry_at"]
            )
        }
    }

    /// Marks those that are still there and still unavailable; returns them.
    static func expire(
        _ machines: [ID<Machine>],
        in tx: borrowing Transaction
    ) throws -> [(id: ID<Machine>, name: String, environment: ID<Environment>)] {
        try tx.run(
            """
            UPDATE machine m SET expired_at = now(), purge_failures = 0, purge_retry_at = NULL,
                                 updated_at = clock_timestamp()
            FROM (SELECT id FROM machine
                  WHERE id = ANY (\(machines)::bigint[]) AND deleted_at IS NULL AND expired_at IS NULL
                    AND health = 'Unavailable' AND enabled
                  ORDER BY id FOR NO KEY UPDATE SKIP LOCKED) b
            WHERE m.id = b.id
            RETURNING m.id, m.name, m.environment_id
            """
        ).map { (try $0["id"], try $0["name"], try $0["environment_id"]) }
    }

    /// Makes the holds so; returns the policies that were not held before.
    static func hold(
        _ batches: [(policy: Int64, batch: CleanupBatch)],
        in tx: borrowing Transaction
    ) throws -> [Int64] {
        let policies = batches.map(\.policy)
        try tx.run("DELETE FROM cleanup_hold WHERE policy_id <> ALL (\(policies)::bigint[])")
        return try tx.run(
            """
            INSERT INTO cleanup_hold AS h (policy_id, scope, machines, of)
            SELECT * FROM unnest(\(policies)::bigint[], \(batches.map(\.batch.scope.rawValue))::text[],
                                 \(batches.map(\.batch.machines))::int[], \(batches.map(\.batch.of))::int[])
            ON CONFLICT (policy_id) DO UPDATE
            SET scope = excluded.scope, machines = excluded.machines, of = excluded.of
                WHERE (h.scope, h.machines, h.of) IS DISTINCT FROM (excluded.scope, excluded.machines, excluded.of)
            RETURNING policy_id, xmax = 0 AS is_new
            """
        ).compactMap { row in try row["is_new"] ? try row["policy_id"] : nil }
    }

    /// The holds there are, by policy: at most a page.
    static func holds(in tx: borrowing Transaction) throws -> [CleanupHold] {
        try tx.run(
            """
            SELECT p.name, h.scope AS hold_scope, h.machines AS hold_machines, h.of AS hold_of, h.held_at
            FROM cleanup_hold h JOIN machine_policy p ON p.id = h.policy_id
            ORDER BY p.name LIMIT \(Limits.pageSize)
            """
        ).compactMap { row in try CleanupHold(policy: try row["name"], row: row) }
    }
}

extension CleanupHold {
    /// nil: the policy is not held.
    init?(policy: String, row: Row) throws {
        guard let scope: String = try row["hold_scope"] else { return nil }
        self.init(
            policy: policy,
            scope: scope,
            machines: try row["hold_machines"],
            of: try row["hold_of"],
            heldAt: try row["held_at"]
        )
    }
}
