import FleetModel
import FleetRules
import FleetStore
import Postgres

/// What tests of webhooks do with a fleet.
extension Fleet {
    func applyWebhook(
        _ name: String = "ops",
        groups: [EventGroup] = [.all],
        categories: [EventCategory] = [],
        environments: [String] = [],
        projects: [String] = [],
        enabled: Bool = true
    ) async throws {
        let webhook = WebhookDocument(
            name: name,
            url: try WebhookAddress("https://\(name).example.com/hook"),
            eventGroups: groups,
            eventCategories: categories,
            environments: environments,
            projects: projects,
            enabled: enabled
        )
        _ = try await store.apply([.webhook(webhook)], by: "key:test")
    }

    func takeDeliveries(by node: String = "test-node") async throws -> [ClaimedDelivery] {
        try await store.read { try WebhookClaims.take(by: node, in: $0) }
    }

    @discardableResult
    func endDelivery(
        _ claimed: ClaimedDelivery,
        _ outcome: WebhookOutcome
    ) async throws -> WebhookVerdict? {
        try await store.unitOfWork(by: "node:test-node") { tx, changes in
            try WebhookClaims.end(claimed, outcome, fraction: 0, in: tx, &changes)
        }
    }

    /// Lets everything that waits be due now.
    func hurryDeliveries() async throws {
        _ = try await store.database.query(
            "UPDATE webhook_delivery SET next_attempt_at = now() WHERE state = 'pending' AND claimed_until IS NULL"
        )
    }

    func raiseEvents(_ count: Int = 1) async throws {
        _ = try await store.database.query(
            """
            INSERT INTO event (category, actor, node, message)
            SELECT 'ReleaseCreated', 'test', 'test', 'event ' || i FROM generate_series(1, \(count)) i
            """
        )
    }

    func told(of category: EventCategory) async throws -> Int {
        try await count("SELECT count(*) AS n FROM event WHERE category = \(category)")
    }
}
