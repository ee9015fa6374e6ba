package import FleetModel
package import Postgres

/// The SQL of `api_key`.
package enum APIKeyRows {
    struct New {
        let name: String
        let owner: ID<Person>?
        /// nil: it does not expire.
        let expiresInSeconds: Int?
    }

    /// By id, those after `after`; `name` picks the one of that name that is not revoked.
    package static func list(
        name: String? = nil,
        withRevoked: Bool = false,
        after: ID<APIKey> = ID(0),
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [APIKey] {
        try tx.run(
            """
            SELECT k.id, k.name, k.prefix, api_key_grants(k.id, k.restricted) AS grants, p.name AS owner, k.created_at,
                   k.created_by, k.expires_at, k.last_used_at, k.revoked_at
            FROM api_key k LEFT JOIN person p ON p.id = k.owner_id
            WHERE k.id > \(after) AND (\(name)::text IS NULL OR k.name = \(name)) AND (\(withRevoked) OR k.revoked_at IS NULL)
            ORDER BY k.id LIMIT \(limit)
            """
        ).map(APIKey.init(row:))
    }

    package static func find(_ name: String, in tx: borrowing Transaction) throws -> APIKey? {
        try list(name: name, limit: 1, in: tx).first
    }

    static func lock(_ name: String, in tx: borrowing Transaction) throws {
        try tx.run("SELECT 1 FROM api_key WHERE name = \(name) AND revoked_at IS NULL FOR UPDATE")
    }

    static func insert(
        _ secret: SecretToken,
        _ key: New,
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> ID<APIKey> {
        try tx.run(
            """
            INSERT INTO api_key (name, prefix, key_hash, owner_id, expires_at, created_by, restricted)
            VALUES (\(key.name), \(secret.prefix), \(secret.hash)::bytea, \(key.owner),
                    now() + make_interval(secs => \(key.expiresInSeconds)), \(actor), true)
            RETURNING id
            """
        )[0]["id"]
    }

    static func rotate(_ id: ID<APIKey>, to secret: SecretToken, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            UPDATE api_key SET prefix = \(secret.prefix), key_hash = \(secret.hash)::bytea WHERE id = \(id)
            """
        )
    }

    /// From then on its grants alone say what it may.
    static func restrict(_ id: ID<APIKey>, in tx: borrowing Transaction) throws {
        try tx.run("UPDATE api_key SET restricted = true WHERE id = \(id)")
    }

    /// Revokes the live key of this name, and returns its prefix; nil: there is none.
    static func revoke(name: String, in tx: borrowing Transaction) throws -> String? {
        try tx.run(
            "UPDATE api_key SET revoked_at = now() WHERE name = \(name) AND revoked_at IS NULL RETURNING prefix"
        ).first.map { try $0["prefix"] }
    }

    /// Whose key has this hash; nil: nobody's, or it was revoked, has expired, or its owner is disabled. Notes the use, to
    /// the minute: a busy key is not written with every request.
    static func identify(hash: [UInt8], in tx: borrowing Transaction) throws -> Principal? {
        try tx.run(
            """
            WITH known AS (
                SELECT k.id, k.name, k.last_used_at, k.restricted, p.id AS person_id, p.name AS person_name
                FROM api_key k LEFT JOIN person p ON p.id = k.owner_id
                WHERE k.key_hash = \(hash)::bytea AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
                  AND p.disabled_at IS NULL
            ), used AS (
                UPDATE api_key k SET last_used_at = date_trunc('minute', now()) FROM known
                WHERE k.id = known.id
                  AND (known.last_used_at IS NULL OR known.last_used_at < date_trunc('minute', now()))
            )
            SELECT id AS key_id, name AS key_name, api_key_grants(id, restricted) AS key_grants,
                   person_id, person_name,
                   CASE WHEN person_id IS NOT NULL THEN access_grants(person_id, NULL) END AS person_grants
            FROM known
            """
        ).first.map(Principal.init(row:))
    }
}

extension APIKey {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            prefix: try row["prefix"],
            grants: try JSONText.decode(from: row["grants"]),
            owner: try row["owner"],
            createdAt: try row["created_at"],
            createdBy: try row["created_by"],
            expiresAt: try row["expires_at"],
            lastUsedAt: try row["last_used_at"],
            revokedAt: try row["revoked_at"]
        )
    }
}
