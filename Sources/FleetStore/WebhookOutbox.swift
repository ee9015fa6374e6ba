import FleetModel
import FleetRules
import Postgres

/// Puts what a scan has read into the outbox, in the transaction that moves the mark: an event is in it once for each
/// webhook that is to be told, whatever becomes of the leader.
struct WebhookOutbox {
    /// Rows that one page may write, so that its transaction stays far below the lease's time limits.
    private static let mostRows = 10_000
    private static let fewestEvents = 100

    private let webhooks: [WebhookRows.Telling]

    static func ask(in tx: borrowing Transaction) throws -> Answer<WebhookOutbox> {
        let webhooks = try WebhookRows.askTelling(in: tx)
        return Answer { tx in WebhookOutbox(webhooks: try webhooks.value(in: tx)) }
    }

    /// How many events a page may have, at most `limit`.
    func pageLimit(_ limit: Int) -> Int {
        min(limit, max(Self.fewestEvents, Self.mostRows / max(1, webhooks.count)))
    }

    /// Which events a page has to bring: what triggers ask for, and what webhooks tell of; nil: all.
    func interest(beside triggers: [TriggerFacts]) -> ScanInterest? {
        ScanInterest(triggers: triggers).beside(webhooks.map(\.filter))
    }

    /// Nothing here may fail because of what an event says: it would fail at every scan. A payload that would be
    /// larger than its column is sent without the event's detail.
    func fill(_ events: [MarkRows.PageEvent], in tx: borrowing Transaction) throws {
        let pairs = webhooks.flatMap { webhook in
            events.filter {
                webhook.filter.tells(of: $0.category, environment: $0.environmentID, project: $0.projectID)
            }.map { (webhook: webhook.id, event: $0.id) }
        }
        guard !pairs.isEmpty else { return }
        try tx.send(
            """
            INSERT INTO webhook_delivery (webhook_id, event_id, category, payload)
            SELECT w.id, e.id, e.category,
                   CASE WHEN octet_length(body.whole) <= 65536 THEN body.whole ELSE body.short END
            FROM unnest(\(pairs.map(\.webhook))::bigint[], \(pairs.map(\.event))::bigint[]) AS d(webhook_id, event_id)
            JOIN webhook w ON w.id = d.webhook_id
            JOIN event e ON e.id = d.event_id
            LEFT JOIN machine m ON m.id = e.machine_id
            LEFT JOIN environment en ON en.id = e.environment_id
            LEFT JOIN project p ON p.id = e.project_id
            LEFT JOIN release r ON r.id = e.release_id
            LEFT JOIN project_trigger t ON t.id = e.trigger_id
            CROSS JOIN LATERAL (
                SELECT jsonb_build_object(
                    'type', e.category,
                    'timestamp', to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                    'data', jsonb_strip_nulls(jsonb_build_object(
                        'eventID', e.id, 'message', e.message, 'actor', e.actor, 'node', e.node,
                        'machine', m.name, 'environment', en.name, 'project', p.name, 'release', r.version,
                        'trigger', t.name, 'deploymentID', e.deployment_id))) AS facts
            ) made
            CROSS JOIN LATERAL (
                SELECT made.facts::text AS short,
                       jsonb_set(made.facts, '{data,detail}', e.detail)::text AS whole
            ) body
            WHERE NOT (left(e.category, 7) = 'Webhook' AND e.detail ->> \(WebhookEvent.subjectKey) IS NOT DISTINCT FROM w.name)
            ORDER BY e.id, w.id
            ON CONFLICT (webhook_id, event_id) DO NOTHING
            """
        )
    }
}
