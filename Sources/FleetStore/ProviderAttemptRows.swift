import Crypto
package import FleetModel
import Postgres

/// A sign-in with the provider that was begun, and waits for the browser to come back.
package struct ProviderAttempt: Sendable, Equatable {
    package let nonce: String
    package let verifier: String
    /// Where to go on afterwards.
    package let next: String
    /// The database's time, as the attempt was taken.
    package let now: Instant
}

/// The SQL of `provider_attempt`.
enum ProviderAttemptRows {
    /// To sign in at a provider, a second factor included, takes less.
    private static let lifetimeSeconds = 600
    /// Anybody can begin one: the oldest ones from an address, and of all, give way.
    private static let mostOfAddress = 100
    private static let mostInAll = 10_000

    static func insert(
        state: String,
        browser: String,
        nonce: String,
        verifier: String,
        next: String,
        remote: String,
        in tx: borrowing Transaction
    ) throws {
        try tx.run(
            """
            DELETE FROM provider_attempt WHERE state_hash IN (
                (SELECT state_hash FROM provider_attempt WHERE created_at < now() - make_interval(secs => \(Self.lifetimeSeconds))
                 ORDER BY created_at LIMIT 1000)
                UNION ALL
                (SELECT state_hash FROM provider_attempt WHERE remote = left(\(remote), 100)
                 ORDER BY created_at DESC OFFSET \(Self.mostOfAddress - 1) LIMIT 1000)
                UNION ALL
                (SELECT state_hash FROM provider_attempt ORDER BY created_at DESC OFFSET \(Self.mostInAll - 1) LIMIT 1000))
            """
        )
        try tx.run(
            """
            INSERT INTO provider_attempt (state_hash, browser_hash, nonce, verifier, next, remote, expires_at)
            VALUES (\(hash(state))::bytea, \(hash(browser))::bytea, \(nonce), \(verifier), \(next), left(\(remote), 100),
                    now() + make_interval(secs => \(Self.lifetimeSeconds)))
            """
        )
    }

    /// Takes the attempt away, so that it serves once: one that another browser presents is spent as well. nil: there is
    /// none, it is too old, or it is another browser's.
    static func take(state: String, browser: String, in tx: borrowing Transaction) throws -> ProviderAttempt?
    {
        let row = try tx.run(
            """
            DELETE FROM provider_attempt WHERE state_hash = \(hash(state))::bytea
            RETURNING nonce, verifier, next, clock_timestamp() AS now,
                      browser_hash = \(hash(browser))::bytea AND expires_at > now() AS is_good
            """
        ).first
        guard let row, try row["is_good"] else { return nil }
        return ProviderAttempt(
            nonce: try row["nonce"],
            verifier: try row["verifier"],
            next: try row["next"],
            now: try row["now"]
        )
    }

    /// 256 random bits need no slow hash.
    private static func hash(_ secret: String) -> [UInt8] { Array(SHA256.hash(data: Array(secret.utf8))) }
}
