package import FleetModel
package import Postgres

/// Keys of the HTTP API as lists show them: without their secrets, and without those that were revoked.
package enum APIKeyOverviewRows {
    /// By name, those after `after`; `owner` picks those of a person.
    package static func list(
        owner: ID<Person>? = nil,
        after: String = "",
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [APIKey] {
        try tx.run(
            """
            SELECT k.id, k.name, k.prefix, api_key_grants(k.id, k.restricted) AS grants, p.name AS owner, k.created_at,
                   k.created_by, k.expires_at, k.last_used_at, k.revoked_at
            FROM api_key k LEFT JOIN person p ON p.id = k.owner_id
            WHERE k.revoked_at IS NULL AND k.name > \(after) AND (\(owner)::bigint IS NULL OR k.owner_id = \(owner))
            ORDER BY k.name LIMIT \(limit)
            """
        ).map(APIKey.init(row:))
    }
}
