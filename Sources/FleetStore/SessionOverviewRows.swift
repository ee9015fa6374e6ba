package import FleetModel
package import Postgres

/// The open sessions of somebody, as he and administrators see them: those that he signed in to himself, and those of his
/// keys.
package enum SessionOverviewRows {
    package struct Line: Sendable, Equatable {
        package let id: Int64
        /// The key that was signed in with; nil: the person signed in himself.
        package let key: String?
        /// Untrusted text.
        package let remote: String
        package let openedAt: Instant
        package let seenAt: Instant
        package let expiresAt: Instant
    }

    /// The last used first.
    package static func list(
        of identity: Principal.Identity,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Line] {
        try tx.run(
            """
            SELECT s.id, k.name AS key, s.remote, s.created_at, s.seen_at, s.expires_at
            FROM web_session s LEFT JOIN api_key k ON k.id = s.api_key_id
            WHERE (s.person_id = \(identity.person) OR s.api_key_id = \(identity.key)
                   OR s.api_key_id IN (SELECT id FROM api_key WHERE owner_id = \(identity.person)))
              AND s.expires_at > now() AND s.seen_at > now() - make_interval(secs => \(WebSessionRows.idleSeconds))
              AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
            ORDER BY s.seen_at DESC, s.id DESC LIMIT \(limit)
            """
        ).map(Line.init(row:))
    }

    /// Ends those of somebody: the one that is named, or all but `kept`. How many there were.
    static func end(
        of identity: Principal.Identity,
        one: Int64? = nil,
        but kept: Int64? = nil,
        in tx: borrowing Transaction
    ) throws -> Int {
        try tx.run(
            """
            DELETE FROM web_session s
            WHERE (s.person_id = \(identity.person) OR s.api_key_id = \(identity.key)
                   OR s.api_key_id IN (SELECT id FROM api_key WHERE owner_id = \(identity.person)))
              AND (\(one)::bigint IS NULL OR s.id = \(one)) AND s.id IS DISTINCT FROM \(kept)
            """
        ).affected
    }
}

extension SessionOverviewRows.Line {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row["id"],
            key: try row["key"],
            remote: try row["remote"],
            openedAt: try row["created_at"],
            seenAt: try row["seen_at"],
            expiresAt: try row["expires_at"]
        )
    }
}

extension Principal.Identity {
    fileprivate var person: ID<Person>? { if case .person(let id) = self { id } else { nil } }
    fileprivate var key: ID<APIKey>? { if case .apiKey(let id) = self { id } else { nil } }
}
