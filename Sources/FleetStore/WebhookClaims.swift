package import FleetModel
package import FleetRules
package import Postgres

/// A delivery that a node is to send.
package struct ClaimedDelivery: Sendable {
    package let id: ID<WebhookDelivery>
    package let webhookID: ID<Webhook>
    package let webhook: String
    package let url: String
    package let messageID: String
    package let payload: String
    /// From 1.
    package let attempt: Int
    /// The newest first; each signs.
    package let secrets: [WebhookSecret]
    /// When the attempt began, by the database's clock.
    package let startedAt: Instant

    package init(
        id: ID<WebhookDelivery>,
        webhookID: ID<Webhook>,
        webhook: String,
        url: String,
        messageID: String,
        payload: String,
        attempt: Int,
        secrets: [WebhookSecret],
        startedAt: Instant
    ) {
        self.id = id
        self.webhookID = webhookID
        self.webhook = webhook
        self.url = url
        self.messageID = messageID
        self.payload = payload
        self.attempt = attempt
        self.secrets = secrets
        self.startedAt = startedAt
    }
}

/// Gives deliveries that are due to nodes, and takes back what came of them.
///
/// Whoever changes deliveries locks their webhook's row first. So there are never more attempts on the way than may be,
/// and nobody waits for somebody who waits for him.
package enum WebhookClaims {
    /// How long a claim holds when its node says no more. Longer than an attempt can take.
    package static let leaseSeconds = 30

    /// Claims what is due, of each webhook as much as may be on the way at a time. A webhook that somebody else is just
    /// claiming from is passed over.
    package static func take(by node: String, in tx: borrowing Transaction) throws -> [ClaimedDelivery] {
        let webhooks: [ID<Webhook>] = try tx.run(
            """
            SELECT w.id FROM webhook w
            WHERE w.enabled AND EXISTS (
                SELECT 1 FROM webhook_delivery d
                WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.next_attempt_at <= now())
            ORDER BY w.id FOR NO KEY UPDATE SKIP LOCKED
            """
        ).map { try $0["id"] }
        guard !webhooks.isEmpty else { return [] }
        // A statement of its own: its snapshot is younger than the locks, so it sees what others claimed before.
        return try tx.run(
            """
            WITH due AS (
                SELECT d.id
                FROM webhook w
                CROSS JOIN LATERAL (
                    SELECT count(*) AS n FROM webhook_delivery c
                    WHERE c.webhook_id = w.id AND c.claimed_until > now()
                ) busy
                CROSS JOIN LATERAL (
                    SELECT d.id FROM webhook_delivery d
                    WHERE d.webhook_id = w.id AND d.state = 'pending' AND d.next_attempt_at <= now()
                    ORDER BY d.next_attempt_at, d.id
                    LIMIT greatest(0, CASE WHEN w.failing_since IS NULL THEN \(Limits.webhookAttemptsAtOnce) ELSE 1 END
                                      - busy.n)
                ) d
                WHERE w.id = ANY (\(webhooks)::bigint[])
            )
            UPDATE webhook_delivery d
            SET attempts = attempts + 1, last_attempt_at = now(), claimed_by = \(node),
                claimed_until = now() + make_interval(secs => \(leaseSeconds)),
                next_attempt_at = now() + make_interval(secs => \(leaseSeconds))
            FROM due, webhook w
            WHERE d.id = due.id AND w.id = d.webhook_id
            RETURNING d.id, d.webhook_id, w.name, w.url, d.message_id::text AS message_id, d.payload, d.attempts,
                      d.last_attempt_at,
                      ARRAY(SELECT s.secret FROM webhook_secret s
                            WHERE s.webhook_id = w.id AND (s.expires_at IS NULL OR s.expires_at > now())
                            ORDER BY s.id DESC LIMIT \(WebhookSecretRows.mostInForce)) AS secrets
            """
        ).map { row in
            let secrets: [String] = try row["secrets"]
            return ClaimedDelivery(
                id: try row["id"],
                webhookID: try row["webhook_id"],
                webhook: try row["name"],
                url: try row["url"],
                messageID: try row["message_id"],
                payload: try row["payload"],
                attempt: try row["attempts"],
                secrets: secrets.map(WebhookSecret.init(text:)),
                startedAt: try row["last_attempt_at"]
            )
        }
    }

    /// Gives back what was claimed and not begun: nothing is counted against it.
    package static func giveBack(_ claimed: [ClaimedDelivery], in tx: borrowing Transaction) throws {
        try tx.run(
            """
            UPDATE webhook_delivery d
            SET attempts = d.attempts - 1, claimed_until = NULL, claimed_by = NULL, next_attempt_at = now()
            FROM unnest(\(claimed.map(\.id))::bigint[], \(claimed.map(\.attempt))::integer[]) AS c(id, attempt)
            WHERE d.id = c.id AND d.attempts = c.attempt AND d.state = 'pending' AND d.claimed_until IS NOT NULL
            """
        )
    }

    /// Writes down how an attempt ended. Of an attempt whose claim somebody else has taken over, only a success counts.
    package static func end(
        _ claimed: ClaimedDelivery,
        _ outcome: WebhookOutcome,
        fraction: Double,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> WebhookVerdict? {
        guard let webhook = try Health(claimed.webhookID, in: tx) else { return nil }
        let verdict = WebhookVerdict.judge(
            outcome,
            attempt: claimed.attempt,
            endedAt: try DatabaseClock.now(in: tx),
            fraction: fraction
        )
        guard try write(verdict, outcome, of: claimed, in: tx) else { return nil }
        try webhook.ended(verdict, in: tx, &changes)
        return verdict
    }

    private static func write(
        _ verdict: WebhookVerdict,
        _ outcome: WebhookOutcome,
        of claimed: ClaimedDelivery,
        in tx: borrowing Transaction
    ) throws -> Bool {
        var status: Int?
        if case .answered(let answered, _) = outcome { status = answered }
        let (state, error, next): (WebhookDelivery.State, String?, Instant?) =
            switch verdict {
            case .delivered: (.delivered, nil, nil)
            case .again(let at, let error): (.pending, error, at)
            case .dead(let error), .gone(let error): (.dead, error, nil)
            }
        return try tx.run(
            """
            UPDATE webhook_delivery
            SET state = \(state), claimed_until = NULL, claimed_by = NULL,
                next_attempt_at = coalesce(\(next)::timestamptz, next_attempt_at),
                last_status = \(status), last_error = left(\(error)::text, 500),
                finished_at = CASE WHEN \(state) = 'pending' THEN NULL ELSE now() END
            WHERE id = \(claimed.id) AND state = 'pending'
              AND (attempts = \(claimed.attempt) OR \(verdict == .delivered))
            """
        ).affected == 1
    }

    /// The webhook's row, locked, and what an attempt makes of it.
    private struct Health {
        let id: ID<Webhook>
        let name: String
        let health: WebhookHealth

        init?(_ id: ID<Webhook>, in tx: borrowing Transaction) throws {
            let row = try tx.run(
                """
                SELECT name, failures, failing_since IS NOT NULL AS is_failing FROM webhook WHERE id = \(id)
                FOR NO KEY UPDATE
                """
            ).first
            guard let row else { return nil }
            self.id = id
            name = try row["name"]
            health = WebhookHealth(failuresInARow: try row["failures"], isFailing: try row["is_failing"])
        }

        func ended(
            _ verdict: WebhookVerdict,
            in tx: borrowing Transaction,
            _ changes: inout Changes
        ) throws {
            var after = health
            switch (after.ended(wasDelivered: verdict == .delivered), verdict) {
            case (.recovered, _): changes.post(.webhook(.recovered(name: name)))
            case (.failing, .again(_, let error)), (.failing, .dead(let error)):
                changes.post(.webhook(.failing(name: name, error: error)))
            default: break
            }
            if after != health {
                try tx.run(
                    """
                    UPDATE webhook SET failures = \(after.failuresInARow),
                           failing_since = CASE WHEN \(after.isFailing) THEN coalesce(failing_since, now()) END
                    WHERE id = \(id)
                    """
                )
            }
            if case .gone(let error) = verdict { try turnOff(because: error, in: tx, &changes) }
        }

        private func turnOff(
            because reason: String,
            in tx: borrowing Transaction,
            _ changes: inout Changes
        ) throws {
            let turned = try tx.run(
                "UPDATE webhook SET enabled = false, disabled_reason = \(reason) WHERE id = \(id) AND enabled"
            )
            if turned.affected == 1 { changes.post(.webhook(.disabled(name: name, reason: reason))) }
        }
    }
}
