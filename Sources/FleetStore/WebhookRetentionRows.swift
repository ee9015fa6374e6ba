import FleetModel
import FleetRules
import Postgres

/// Keeps the outbox bounded: what is done goes by age, and what waits for a receiver that is dead by number.
enum WebhookRetentionRows {
    /// How long done deliveries are kept, for looking and for replay.
    static let doneSeconds = 14 * 86_400
    /// How often at most somebody is told that deliveries of one webhook were dropped.
    static let tellSeconds = 3600

    /// A bounded part of the oldest; returns how many went.
    static func removeDone(limit: Int, in tx: borrowing Transaction) throws -> Int {
        let secrets = try tx.run("DELETE FROM webhook_secret WHERE expires_at <= now()").affected
        return try secrets
            + tx.run(
                """
                DELETE FROM webhook_delivery WHERE id IN (
                    SELECT id FROM webhook_delivery
                    WHERE finished_at < now() - make_interval(secs => \(doneSeconds)) ORDER BY finished_at LIMIT \(limit))
                """
            ).affected
    }

    /// Drops the oldest deliveries of each webhook that has more than `most` waiting; returns how many went.
    static func dropOldest(
        most: Int,
        limit: Int,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Int {
        let webhooks: [ID<Webhook>] = try tx.run("SELECT id FROM webhook ORDER BY id FOR NO KEY UPDATE")
            .map { try $0["id"] }
        let dropped = try tx.run(
            """
            WITH gone AS (
                DELETE FROM webhook_delivery WHERE id IN (
                    SELECT x.id FROM unnest(\(webhooks)::bigint[]) w(id)
                    CROSS JOIN LATERAL (
                        SELECT d.id FROM webhook_delivery d
                        WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.claimed_until IS NULL
                        ORDER BY d.id DESC OFFSET \(most) LIMIT \(limit)) x)
                RETURNING webhook_id
            )
            UPDATE webhook w SET dropped = w.dropped + g.n, dropped_untold = w.dropped_untold + g.n
            FROM (SELECT webhook_id, count(*) AS n FROM gone GROUP BY webhook_id) g
            WHERE w.id = g.webhook_id
            RETURNING g.n
            """
        ).reduce(0) { try $0 + $1["n"] }
        try tell(in: tx, &changes)
        return dropped
    }

    private static func tell(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let rows = try tx.run(
            """
            WITH untold AS (
                SELECT id, dropped_untold AS n FROM webhook
                WHERE dropped_untold > 0
                  AND coalesce(dropped_told_at, '-infinity') < now() - make_interval(secs => \(tellSeconds))
            )
            UPDATE webhook w SET dropped_untold = 0, dropped_told_at = now() FROM untold u WHERE w.id = u.id
            RETURNING w.name, u.n
            """
        )
        for row in rows { changes.post(.webhook(.dropped(name: try row["name"], count: try row["n"]))) }
    }
}

extension Store {
    /// Removes a bounded part of what the outbox need not keep; false: nothing is left of it.
    package func trimWebhooks(
        backlog: Int = Limits.webhookBacklog,
        pieces: Int = 1000
    ) async throws -> Bool {
        try await unitOfWork(by: "node:\(node)") { tx, changes in
            let done = try WebhookRetentionRows.removeDone(limit: pieces, in: tx)
            return try done
                + WebhookRetentionRows.dropOldest(most: backlog, limit: pieces, in: tx, &changes) > 0
        }
    }
}
