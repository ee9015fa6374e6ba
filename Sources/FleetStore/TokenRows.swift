package import FleetModel
package import Postgres

/// The SQL of `join_token`.
package enum TokenRows {
    /// By id, those after `after`.
    package static func list(
        after: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [APIV1.Token] {
        try tx.run(
            """
            SELECT t.id, t.prefix, e.name AS environment, t.roles, t.uses_left, t.uses, t.created_by, t.expires_at,
                   t.revoked_at IS NOT NULL AS revoked, coalesce(p.name, 'default') AS policy, t.ephemeral
            FROM join_token t JOIN environment e ON e.id = t.environment_id
            LEFT JOIN machine_policy p ON p.id = t.policy_id
            WHERE t.id > \(after) AND in_sight(\(seen.environments)::bigint[], t.environment_id)
            ORDER BY t.id LIMIT \(limit)
            """
        ).map(APIV1.Token.init(row:))
    }

    /// Those that still let a machine join, the newest first.
    package static func usable(
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [APIV1.Token] {
        try tx.run(
            """
            SELECT t.id, t.prefix, e.name AS environment, t.roles, t.uses_left, t.uses, t.created_by, t.expires_at,
                   t.revoked_at IS NOT NULL AS revoked, coalesce(p.name, 'default') AS policy, t.ephemeral
            FROM join_token t JOIN environment e ON e.id = t.environment_id
            LEFT JOIN machine_policy p ON p.id = t.policy_id
            WHERE t.revoked_at IS NULL AND t.expires_at > now() AND (t.uses_left IS NULL OR t.uses_left > 0)
              AND in_sight(\(seen.environments)::bigint[], t.environment_id)
            ORDER BY t.id DESC LIMIT \(limit)
            """
        ).map(APIV1.Token.init(row:))
    }

    static func insert(
        _ secret: SecretToken,
        environment: Environment,
        roles: [String],
        ttlSeconds: Int,
        uses: Int?,
        policy: ID<MachinePolicy>?,
        ephemeral: Bool,
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> APIV1.Token {
        let rows = try tx.run(
            """
            INSERT INTO join_token AS t (token_hash, prefix, environment_id, roles, uses_left, created_by, expires_at,
                                         policy_id, ephemeral)
            VALUES (\(secret.hash)::bytea, \(secret.prefix), \(environment.id), \(roles)::text[], \(uses), \(actor),
                    now() + make_interval(secs => \(ttlSeconds)), \(policy), \(ephemeral))
            RETURNING id, prefix, \(environment.name)::text AS environment, roles, uses_left, uses, created_by, expires_at,
                      false AS revoked, ephemeral,
                      coalesce((SELECT name FROM machine_policy p WHERE p.id = t.policy_id), 'default') AS policy
            """
        )
        return try APIV1.Token(row: rows[0])
    }

    /// Revokes one; nil: there is none. Its prefix and environment, and whether it was revoked only now.
    static func revoke(
        _ id: Int64,
        in tx: borrowing Transaction
    ) throws -> (prefix: String, environment: ID<Environment>, revokedNow: Bool)? {
        try tx.run(
            """
            WITH was AS (SELECT id, revoked_at FROM join_token WHERE id = \(id) FOR NO KEY UPDATE)
            UPDATE join_token t SET revoked_at = coalesce(was.revoked_at, now()) FROM was WHERE t.id = was.id
            RETURNING t.prefix, t.environment_id, was.revoked_at IS NULL AS revoked_now
            """
        ).first.map { (try $0["prefix"], try $0["environment_id"], try $0["revoked_now"]) }
    }

    static func find(hash: [UInt8], in tx: borrowing Transaction) throws -> JoinToken? {
        try tx.run(
            """
            SELECT t.id, t.prefix, t.environment_id, e.name AS environment, t.roles, t.uses_left,
                   t.policy_id, t.ephemeral, t.expires_at, t.expires_at <= now() AS expired, t.revoked_at
            FROM join_token t JOIN environment e ON e.id = t.environment_id
            WHERE t.token_hash = \(hash)::bytea
            """
        ).first.map(JoinToken.init(row:))
    }

    /// False: the last use was another's meanwhile, or the token was revoked. Until the transaction ends no other machine counts a use.
    static func countUse(of id: Int64, in tx: borrowing Transaction) throws -> Bool {
        try tx.run(
            """
            UPDATE join_token SET uses = uses + 1, uses_left = uses_left - 1
            WHERE id = \(id) AND revoked_at IS NULL AND expires_at > now() AND uses_left IS DISTINCT FROM 0
            """
        ).affected == 1
    }
}

/// A join token as joining sees it.
struct JoinToken {
    let id: Int64
    let prefix: String
    let environmentID: ID<Environment>
    let environment: String
    let roles: [String]
    let usesLeft: Int?
    let policyID: ID<MachinePolicy>?
    let ephemeral: Bool
    let expiresAt: Instant
    let expired: Bool
    let revokedAt: Instant?

    init(row: Row) throws {
        id = try row["id"]
        prefix = try row["prefix"]
        environmentID = try row["environment_id"]
        environment = try row["environment"]
        roles = try row["roles"]
        usesLeft = try row["uses_left"]
        policyID = try row["policy_id"]
        ephemeral = try row["ephemeral"]
        expiresAt = try row["expires_at"]
        expired = try row["expired"]
        revokedAt = try row["revoked_at"]
    }

    /// Why no further machine may join with it; nil: one may.
    var refusal: String? {
        if let revokedAt { return "join token \(prefix) was revoked at \(revokedAt)" }
        if expired { return "join token \(prefix) expired at \(expiresAt)" }
        if usesLeft == 0 { return "join token \(prefix) has been used as often as it may be" }
        return nil
    }
}

extension APIV1.Token {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            token: nil,
            prefix: try row["prefix"],
            environment: try row["environment"],
            roles: try row["roles"],
            usesLeft: try row["uses_left"],
            uses: try row["uses"],
            createdBy: try row["created_by"],
            expiresAt: try row["expires_at"],
            revoked: try row["revoked"],
            policy: try row["policy"],
            ephemeral: try row["ephemeral"]
        )
    }
}
