import FleetModel
package import Postgres

/// The SQL of `webhook_secret`.
package enum WebhookSecretRows {
    /// How long a secret signs beside its successor.
    package static let overlapHours = 24
    /// Signatures that a delivery carries at most, the newest secrets first.
    package static let mostInForce = 3

    /// Makes `secret` the current one; returns its number, and until when its predecessor signs, nil: there was none.
    static func rotate(
        _ webhook: ID<Webhook>,
        to secret: WebhookSecret,
        in tx: borrowing Transaction
    ) throws -> (id: Int64, previousUntil: Instant?) {
        let previous: Instant? = try tx.run(
            """
            UPDATE webhook_secret SET expires_at = now() + make_interval(hours => \(overlapHours))
            WHERE webhook_id = \(webhook) AND expires_at IS NULL RETURNING expires_at
            """
        ).first.map { try $0["expires_at"] }
        let id: Int64 = try tx.run(
            "INSERT INTO webhook_secret (webhook_id, secret) VALUES (\(webhook), \(secret.text)) RETURNING id"
        )[0]["id"]
        try tx.run(
            """
            DELETE FROM webhook_secret WHERE webhook_id = \(webhook) AND id <= (
                SELECT id FROM webhook_secret WHERE webhook_id = \(webhook) ORDER BY id DESC OFFSET \(mostInForce) LIMIT 1)
            """
        )
        return (id, previous)
    }

    /// For the answer to a rotation that is repeated under its key; nil: it was replaced meanwhile and is forgotten.
    package static func find(_ id: Int64, in tx: borrowing Transaction) throws -> WebhookSecret? {
        try tx.run("SELECT secret FROM webhook_secret WHERE id = \(id)").first
            .map { WebhookSecret(text: try $0["secret"]) }
    }
}
