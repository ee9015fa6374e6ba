import FleetModel
import FleetRules
import Testing

@Suite struct WebhookEventTests {
    typealias Row = DomainEventListenerTests.Row

    static let rows = [
        Row(.webhook(.applied(name: "ops", created: true)), .webhookCreated, "webhook ops was created"),
        Row(.webhook(.applied(name: "ops", created: false)), .webhookModified, "webhook ops was changed"),
        Row(.webhook(.deleted(name: "ops", undelivered: 0)), .webhookDeleted, "webhook ops was deleted"),
        Row(
            .webhook(.deleted(name: "ops", undelivered: 3)),
            .webhookDeleted,
            "webhook ops was deleted with 3 deliveries that waited"
        ),
        Row(
            .webhook(.secretRotated(name: "ops", hours: 24)),
            .webhookSecretRotated,
            "webhook ops was given a new secret; the old one signs beside it for 24 hours"
        ),
        Row(
            .webhook(.failing(name: "ops", error: "the receiver answered 500")),
            .webhookFailing,
            "nothing gets through to webhook ops: the receiver answered 500"
        ),
        Row(
            .webhook(.recovered(name: "ops")),
            .webhookRecovered,
            "deliveries get through to webhook ops again"
        ),
        Row(
            .webhook(.disabled(name: "ops", reason: "410")),
            .webhookDisabled,
            "webhook ops was turned off: 410"
        ),
        Row(
            .webhook(.replayed(name: "ops", count: 1)),
            .webhookReplayed,
            "1 delivery of webhook ops is sent again"
        ),
        Row(
            .webhook(.dropped(name: "ops", count: 7)),
            .webhookDeliveriesDropped,
            "7 of the oldest deliveries of webhook ops were dropped: too many wait"
        ),
    ]

    @Test("What happens to webhooks is an event that names its webhook", arguments: rows)
    func recorded(_ row: Row) {
        let records = DomainEventListener.records(of: row.event)
        #expect(records.map(\.category) == [row.category])
        #expect(records.map(\.message) == [row.message])
        #expect(records.map { $0.detail[WebhookEvent.subjectKey] } == ["ops"])
    }
}
