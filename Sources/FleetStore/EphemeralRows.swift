import FleetModel
import FleetRules
import Postgres

/// The SQL of `ephemeral_environment`.
enum EphemeralRows {
    /// An ephemeral environment with its row locked, or one of those that are looked at.
    struct Life {
        let id: ID<Environment>
        let name: String
        let facts: EnvironmentLifeFacts
        let teardownAt: Instant?
        let teardownReason: String
        let attempts: Int
        let retryAt: Instant?
    }

    /// Those that are not deleted, the first to expire first.
    static func list(limit: Int, in tx: borrowing Transaction) throws -> [Life] {
        try load(nil, limit: limit, in: tx)
    }

    /// Locks it until the transaction ends; nil: it is static, or there is none.
    static func lock(_ id: ID<Environment>, in tx: borrowing Transaction) throws -> Life? {
        try tx.run("SELECT 1 FROM environment WHERE id = \(id) FOR NO KEY UPDATE")
        try tx.run("SELECT 1 FROM ephemeral_environment WHERE environment_id = \(id) FOR UPDATE")
        return try load(id, limit: 1, in: tx).first
    }

    private static func load(
        _ id: ID<Environment>?,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Life] {
        try tx.run(
            """
            SELECT x.environment_id, e.name, x.expires_at, x.idle_limit_seconds, x.delete_when_empty,
                   x.warn_before_seconds, x.protected, x.warned_at, x.teardown_at, x.teardown_reason,
                   x.teardown_attempts, x.teardown_retry_at,
                   greatest(x.active_at, d.at, (SELECT max(m.created_at) FROM machine m
                                                WHERE m.environment_id = x.environment_id)) AS active_at,
                   coalesce(d.is_busy, false) AS is_busy,
                   CASE WHEN NOT EXISTS (SELECT 1 FROM machine m
                                         WHERE m.environment_id = x.environment_id AND m.deleted_at IS NULL)
                        THEN (SELECT max(m.deleted_at) FROM machine m
                              WHERE m.environment_id = x.environment_id) END AS empty_since
            FROM ephemeral_environment x
            JOIN environment e ON e.id = x.environment_id
            CROSS JOIN LATERAL (SELECT max(greatest(d.created_at, d.finished_at)) AS at,
                                       bool_or(d.state = 'running') AS is_busy
                                FROM deployment d
                                WHERE d.environment_id = x.environment_id AND d.kind <> 'teardown') d
            WHERE e.deleted_at IS NULL AND (\(id)::bigint IS NULL OR x.environment_id = \(id))
            ORDER BY x.expires_at, x.environment_id LIMIT \(limit)
            """
        ).map { row in
            Life(
                id: try row["environment_id"],
                name: try row["name"],
                facts: EnvironmentLifeFacts(
                    expiresAt: try row["expires_at"],
                    idleLimitSeconds: try row["idle_limit_seconds"],
                    deleteWhenEmpty: try row["delete_when_empty"],
                    warnBeforeSeconds: try row["warn_before_seconds"],
                    isProtected: try row["protected"],
                    activeAt: try row["active_at"],
                    isBusy: try row["is_busy"],
                    emptySince: try row["empty_since"],
                    warnedAt: try row["warned_at"]
                ),
                teardownAt: try row["teardown_at"],
                teardownReason: try row["teardown_reason"],
                attempts: try row["teardown_attempts"],
                retryAt: try row["teardown_retry_at"]
            )
        }
    }

    /// Throws when it is being torn down: nothing is deployed there any more.
    static func refuseEnding(
        _ id: ID<Environment>,
        named name: String,
        in tx: borrowing Transaction
    ) throws {
        let ending = try tx.run(
            "SELECT 1 FROM ephemeral_environment WHERE environment_id = \(id) AND teardown_at IS NOT NULL"
        )
        guard ending.isEmpty else {
            throw StoreError.conflict(
                "environment \(name) is being torn down: nothing is deployed there any more"
            )
        }
    }

    /// Makes an environment ephemeral, with the releases that its template has: what its machines should have.
    static func insert(
        _ id: ID<Environment>,
        _ order: EphemeralOrder,
        template: ID<Environment>,
        by actor: String,
        in tx: borrowing Transaction
    ) throws {
        try tx.run(
            """
            INSERT INTO ephemeral_environment (environment_id, template_id, expires_at, idle_limit_seconds,
                                               delete_when_empty, warn_before_seconds, created_by)
            VALUES (\(id), \(template), now() + make_interval(secs => \(order.expiresInSeconds)),
                    \(order.idleLimitSeconds), \(order.deleteWhenEmpty ?? false),
                    \(order.warnBeforeSeconds ?? EphemeralOrder.standardWarnSeconds), \(actor))
            """
        )
        let reason = "as in \(order.from), from which the environment was made"
        try tx.run(
            """
            WITH copied AS (
                INSERT INTO environment_release (environment_id, project_id, release_id, source, actor, reason)
                SELECT \(id), p.id, d.release_id, 'marked', \(actor), \(reason)
                FROM project p CROSS JOIN LATERAL desired_release(NULL, \(template), p.id) d
                RETURNING environment_id, project_id, release_id, source, actor, reason)
            INSERT INTO environment_release_history (environment_id, project_id, release_id, source, actor, reason)
            SELECT environment_id, project_id, release_id, source, actor, reason FROM copied ORDER BY project_id
            """
        )
    }

    /// What may be changed after it was made; true when something did change.
    static func change(
        _ id: ID<Environment>,
        _ order: EphemeralOrder,
        in tx: borrowing Transaction
    ) throws -> Bool {
        let warn = order.warnBeforeSeconds ?? EphemeralOrder.standardWarnSeconds
        return try tx.run(
            """
            UPDATE ephemeral_environment
            SET idle_limit_seconds = \(order.idleLimitSeconds), delete_when_empty = \(order.deleteWhenEmpty ?? false),
                warn_before_seconds = \(warn)
            WHERE environment_id = \(id)
              AND (idle_limit_seconds, delete_when_empty, warn_before_seconds)
                  IS DISTINCT FROM (\(order.idleLimitSeconds)::int, \(order.deleteWhenEmpty ?? false)::boolean, \(warn)::int)
            """
        ).affected == 1
    }
}
