package import FleetModel
package import Postgres

/// The SQL of `webhook_delivery` as people read it and change it.
package enum WebhookDeliveryRows {
    /// The type of a ping, which is no event's category.
    package static let pingType = "WebhookPing"

    /// Deliveries of one webhook with an id below `before`, newest first.
    package static func list(
        of webhook: String,
        state: WebhookDelivery.State? = nil,
        before: Int64 = .max,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [WebhookDelivery] {
        try tx.run(
            """
            SELECT d.id, w.name AS webhook, d.event_id, d.message_id::text AS message_id, d.category, d.state, d.attempts,
                   d.next_attempt_at, d.last_attempt_at, d.last_status, d.last_error, d.created_at, d.finished_at
            FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
            WHERE w.name = \(webhook) AND d.id < \(before) AND (\(state)::text IS NULL OR d.state = \(state))
            ORDER BY d.id DESC LIMIT \(limit)
            """
        ).map(WebhookDelivery.init(row:))
    }

    /// One, with what is sent.
    package static func find(
        _ id: ID<WebhookDelivery>,
        of webhook: String,
        in tx: borrowing Transaction
    ) throws -> WebhookDelivery? {
        try tx.run(
            """
            SELECT d.id, w.name AS webhook, d.event_id, d.message_id::text AS message_id, d.category, d.state, d.attempts,
                   d.next_attempt_at, d.last_attempt_at, d.last_status, d.last_error, d.created_at, d.finished_at,
                   d.payload
            FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
            WHERE w.name = \(webhook) AND d.id = \(id)
            """
        ).first.map { row in
            var delivery = try WebhookDelivery(row: row)
            delivery.payload = try row["payload"]
            return delivery
        }
    }

    static func insertPing(to webhook: ID<Webhook>, in tx: borrowing Transaction) throws -> ID<
        WebhookDelivery
    > {
        try tx.run(
            """
            INSERT INTO webhook_delivery (webhook_id, category, payload)
            SELECT w.id, \(pingType), jsonb_build_object(
                       'type', \(pingType)::text,
                       'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                       'data', jsonb_build_object('webhook', w.name))::text
            FROM webhook w WHERE w.id = \(webhook)
            RETURNING id
            """
        )[0]["id"]
    }

    /// Sends one again, from its first attempt on. What is being sent just now, or waits anyway, is only made due.
    static func replay(
        _ delivery: ID<WebhookDelivery>,
        of webhook: ID<Webhook>,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.run(
            """
            UPDATE webhook_delivery
            SET state = 'pending', attempts = 0, next_attempt_at = now(), finished_at = NULL
            WHERE webhook_id = \(webhook) AND id = \(delivery) AND claimed_until IS NULL
            """
        ).affected == 1
    }

    /// Sends again what was made since then and did not get through; returns how many. No more than may wait.
    static func replayFailed(
        since: Instant,
        of webhook: ID<Webhook>,
        in tx: borrowing Transaction
    ) throws -> Int {
        try tx.run(
            """
            UPDATE webhook_delivery
            SET state = 'pending', attempts = 0, next_attempt_at = now(), finished_at = NULL
            WHERE id IN (SELECT id FROM webhook_delivery
                         WHERE webhook_id = \(webhook) AND created_at >= \(since) AND claimed_until IS NULL
                           AND (state = 'dead' OR state = 'pending' AND attempts > 0)
                         ORDER BY id DESC LIMIT \(Limits.webhookBacklog))
            """
        ).affected
    }
}

extension WebhookDelivery.State: PostgresEncodable, PostgresDecodable {}

extension WebhookDelivery {
    init(row: Row) throws {
        let state: State = try row["state"]
        let next: Instant = try row["next_attempt_at"]
        self.init(
            id: try row["id"],
            webhook: try row["webhook"],
            eventID: try row["event_id"],
            messageID: try row["message_id"],
            type: try row["category"],
            state: state,
            attempts: try row["attempts"],
            nextAttemptAt: state == .pending ? next : nil,
            lastAttemptAt: try row["last_attempt_at"],
            lastStatus: try row["last_status"],
            lastError: try row["last_error"],
            createdAt: try row["created_at"],
            finishedAt: try row["finished_at"]
        )
    }
}
