import Postgres

/// How webhooks are doing, for monitoring.
package struct WebhookLag: Sendable, Equatable {
    /// Webhooks that are turned on and that nothing gets through to.
    package let failing: Int
    /// Since the oldest delivery that waits was made; 0: none waits.
    package let oldestSeconds: Double
}

extension Store {
    package func webhookLag() async throws -> WebhookLag {
        try await read { tx in
            let row = try tx.run(
                """
                SELECT count(*) FILTER (WHERE w.failing_since IS NOT NULL) AS failing,
                       coalesce(extract(epoch FROM clock_timestamp() - min(o.oldest)), 0)::float8 AS seconds
                FROM webhook w
                LEFT JOIN LATERAL (
                    SELECT min(d.created_at) AS oldest FROM webhook_delivery d
                    WHERE d.webhook_id = w.id AND d.state = 'pending'
                ) o ON true
                WHERE w.enabled
                """
            )[0]
            return WebhookLag(failing: try row["failing"], oldestSeconds: try row["seconds"])
        }
    }
}
