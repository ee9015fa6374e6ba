import FleetModel
import Postgres

/// Who calls the HTTP API.
package struct APIKeyIdentity: Sendable, Equatable {
    package let name: String

    package init(name: String) {
        self.name = name
    }

    /// How events name it.
    package var actor: String { "key:\(name)" }
}

/// The SQL of `api_key`.
package enum APIKeyRows {
    static func insert(
        _ secret: SecretToken,
        name: String,
        in tx: borrowing Transaction
    ) throws {
        try tx.run(
            """
            INSERT INTO api_key (name, prefix, key_hash) VALUES (\(name), \(secret.prefix), \(secret.hash)::bytea)
            """
        )
    }

    /// Whose key has this hash; nil: nobody's, or a revoked one. Notes the use, to the minute: a busy key is
    /// not written with every request.
    static func identify(hash: [UInt8], in tx: borrowing Transaction) throws -> APIKeyIdentity? {
        try tx.run(
            """
            WITH known AS (
                SELECT id, name, last_used_at FROM api_key
                WHERE key_hash = \(hash)::bytea AND revoked_at IS NULL
            ), used AS (
                UPDATE api_key k SET last_used_at = date_trunc('minute', now()) FROM known
                WHERE k.id = known.id
                  AND (known.last_used_at IS NULL OR known.last_used_at < date_trunc('minute', now()))
            )
            SELECT name FROM known
            """
        ).first.map { APIKeyIdentity(name: try $0["name"]) }
    }
}
