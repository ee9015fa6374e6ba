package import FleetModel
import Postgres

/// An open session of the web pages.
package struct WebSession: Sendable, Equatable {
    package let id: Int64
    /// Who signed in.
    package let identity: APIKeyIdentity
    /// The database's time, as the session was looked up.
    package let now: Instant
}

/// The SQL of `web_session`.
enum WebSessionRows {
    /// A session that nobody used for so long has ended.
    private static let idleSeconds = 12 * 3600
    /// However busy it is, a session ends after so long.
    private static let longestSeconds = 7 * 86_400
    /// The oldest ones of a key end when it has more.
    private static let mostPerKey = 100

    /// nil: the key of this hash is not known, or was revoked.
    static func open(
        _ secret: SecretToken,
        keyHash: [UInt8],
        remote: String,
        in tx: borrowing Transaction
    ) throws -> APIKeyIdentity? {
        let row = try tx.run(
            """
            WITH known AS (
                UPDATE api_key SET last_used_at = date_trunc('minute', now())
                WHERE key_hash = \(keyHash)::bytea AND revoked_at IS NULL
                RETURNING id, name
            ), opened AS (
                INSERT INTO web_session (token_hash, api_key_id, remote, expires_at)
                SELECT \(secret.hash)::bytea, known.id, left(\(remote), 100),
                       now() + make_interval(secs => \(Self.longestSeconds))
                FROM known
            )
            SELECT id, name FROM known
            """
        ).first
        guard let row else { return nil }
        try removeEnded(ofKey: try row["id"], in: tx)
        return APIKeyIdentity(name: try row["name"])
    }

    /// What has ended needs no row, and a key has only so many sessions.
    private static func removeEnded(ofKey key: Int64, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            DELETE FROM web_session WHERE id IN (
                (SELECT id FROM web_session WHERE expires_at <= now() ORDER BY expires_at LIMIT 1000)
                UNION ALL
                (SELECT id FROM web_session WHERE api_key_id = \(key) ORDER BY id DESC OFFSET \(Self.mostPerKey) LIMIT 1000))
            """
        )
    }

    /// The open session with this hash; nil: there is none, it ended, or its key was revoked. Notes the use, to the
    /// minute.
    static func find(hash: [UInt8], in tx: borrowing Transaction) throws -> WebSession? {
        try tx.run(
            """
            WITH known AS (
                SELECT s.id, s.seen_at, k.name FROM web_session s
                JOIN api_key k ON k.id = s.api_key_id AND k.revoked_at IS NULL
                WHERE s.token_hash = \(hash)::bytea AND s.expires_at > now()
                  AND s.seen_at > now() - make_interval(secs => \(Self.idleSeconds))
            ), used AS (
                UPDATE web_session s SET seen_at = now() FROM known
                WHERE s.id = known.id AND known.seen_at < now() - interval '1 minute'
            )
            SELECT id, name, clock_timestamp() AS now FROM known
            """
        ).first.map {
            WebSession(id: try $0["id"], identity: APIKeyIdentity(name: try $0["name"]), now: try $0["now"])
        }
    }

    /// False: it had ended already.
    static func end(_ id: Int64, in tx: borrowing Transaction) throws -> Bool {
        try !tx.run("DELETE FROM web_session WHERE id = \(id) RETURNING id").isEmpty
    }
}
