package import FleetModel
import Postgres

/// An open session of the web pages.
package struct WebSession: Sendable, Equatable {
    package let id: Int64
    /// Who signed in, with what it may do as the session was looked up.
    package let principal: Principal
    /// The database's time, as the session was looked up.
    package let now: Instant
}

/// The SQL of `web_session`.
enum WebSessionRows {
    /// A session that nobody used for so long has ended.
    static let idleSeconds = 12 * 3600
    /// However busy it is, a session ends after so long.
    private static let longestSeconds = 7 * 86_400
    /// The oldest ones of a person or a key end when there are more.
    private static let mostOfOne = 100

    /// Opens a session of a person or a key.
    ///
    /// - Parameter providerSignOut: where the browser goes to end its session at the provider, sealed.
    static func open(
        _ secret: SecretToken,
        of principal: Principal,
        remote: String,
        providerSignOut: [UInt8]? = nil,
        in tx: borrowing Transaction
    ) throws {
        let (person, key) = principal.holders
        try tx.run(
            """
            INSERT INTO web_session (token_hash, api_key_id, person_id, remote, provider_sign_out, expires_at)
            VALUES (\(secret.hash)::bytea, \(key), \(person), left(\(remote), 100), \(providerSignOut)::bytea,
                    now() + make_interval(secs => \(Self.longestSeconds)))
            """
        )
        if let person { try tx.run("UPDATE person SET last_sign_in_at = now() WHERE id = \(person)") }
        // What has ended needs no row, and nobody has more than so many sessions.
        try tx.run(
            """
            DELETE FROM web_session WHERE id IN (
                (SELECT id FROM web_session WHERE expires_at <= now() ORDER BY expires_at LIMIT 1000)
                UNION ALL
                (SELECT id FROM web_session WHERE api_key_id = \(key) ORDER BY id DESC OFFSET \(Self.mostOfOne) LIMIT 1000)
                UNION ALL
                (SELECT id FROM web_session WHERE person_id = \(person) ORDER BY id DESC OFFSET \(Self.mostOfOne) LIMIT 1000))
            """
        )
    }

    /// The open session with this hash; nil: there is none, it ended, its key was revoked or has expired, or its person is
    /// disabled. Notes the use, to the minute.
    static func find(hash: [UInt8], in tx: borrowing Transaction) throws -> WebSession? {
        try tx.run(
            """
            WITH known AS (
                SELECT s.id, s.seen_at, k.id AS key_id, k.name AS key_name, k.restricted, p.id AS person_id,
                       p.name AS person_name
                FROM web_session s
                LEFT JOIN api_key k ON k.id = s.api_key_id
                LEFT JOIN person p ON p.id = coalesce(s.person_id, k.owner_id)
                WHERE s.token_hash = \(hash)::bytea AND s.expires_at > now()
                  AND s.seen_at > now() - make_interval(secs => \(Self.idleSeconds))
                  AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now()) AND p.disabled_at IS NULL
            ), used AS (
                UPDATE web_session s SET seen_at = now() FROM known
                WHERE s.id = known.id AND known.seen_at < now() - interval '1 minute'
            )
            SELECT id, key_id, key_name, CASE WHEN key_id IS NOT NULL THEN api_key_grants(key_id, restricted) END AS key_grants,
                   person_id, person_name,
                   CASE WHEN person_id IS NOT NULL THEN access_grants(person_id, NULL) END AS person_grants,
                   clock_timestamp() AS now
            FROM known
            """
        ).first.map {
            WebSession(id: try $0["id"], principal: try Principal(row: $0), now: try $0["now"])
        }
    }

    /// nil: it had ended already.
    static func end(_ id: Int64, in tx: borrowing Transaction) throws -> EndedSession? {
        try tx.run("DELETE FROM web_session WHERE id = \(id) RETURNING provider_sign_out").first.map {
            EndedSession(providerSignOut: try $0["provider_sign_out"])
        }
    }

    /// Ends every session of a person but the one that is named.
    static func endAll(
        of person: ID<Person>,
        but kept: Int64? = nil,
        in tx: borrowing Transaction
    ) throws {
        try tx.run("DELETE FROM web_session WHERE person_id = \(person) AND id IS DISTINCT FROM \(kept)")
    }
}

/// What is left of a session that ended.
struct EndedSession: Sendable {
    /// Where the browser goes to end its session at the provider, sealed; nil: nowhere.
    let providerSignOut: [UInt8]?
}

extension Principal {
    /// Whose row it is, of the two that there may be.
    var holders: (person: ID<Person>?, key: ID<APIKey>?) {
        switch identity {
        case .person(let id): (id, nil)
        case .apiKey(let id): (nil, id)
        case .system, .nobody: (nil, nil)
        }
    }
}
