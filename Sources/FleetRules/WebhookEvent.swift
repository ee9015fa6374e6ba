import FleetModel

/// What happens to webhooks. Each names its webhook in `detail`, so that none is told of itself: a receiver that fails
/// would otherwise be sent the news of its failing, which fails.
package enum WebhookEvent: Sendable, Equatable {
    case applied(name: String, created: Bool)
    case deleted(name: String, undelivered: Int)
    case secretRotated(name: String, hours: Int)
    case failing(name: String, error: String)
    case recovered(name: String)
    case disabled(name: String, reason: String)
    case replayed(name: String, count: Int)
    case dropped(name: String, count: Int)

    /// The key in `detail`, which the outbox reads.
    package static let subjectKey = "webhook"

    package var record: EventRecord {
        switch self {
        case .applied(let name, let created):
            Self.record(
                created ? .webhookCreated : .webhookModified,
                name,
                "webhook \(name) was \(created ? "created" : "changed")"
            )
        case .deleted(let name, let count):
            Self.record(
                .webhookDeleted,
                name,
                "webhook \(name) was deleted" + (count > 0 ? " with \(count) deliveries that waited" : ""),
                count: count
            )
        case .secretRotated(let name, let hours):
            Self.record(
                .webhookSecretRotated,
                name,
                "webhook \(name) was given a new secret; the old one signs beside it for \(hours) hours"
            )
        case .failing(let name, let error):
            Self.record(.webhookFailing, name, "nothing gets through to webhook \(name): \(error)")
        case .recovered(let name):
            Self.record(.webhookRecovered, name, "deliveries get through to webhook \(name) again")
        case .disabled(let name, let reason):
            Self.record(.webhookDisabled, name, "webhook \(name) was turned off: \(reason)")
        case .replayed(let name, let count):
            Self.record(
                .webhookReplayed,
                name,
                count == 1
                    ? "1 delivery of webhook \(name) is sent again"
                    : "\(count) deliveries of webhook \(name) are sent again",
                count: count
            )
        case .dropped(let name, let count):
            Self.record(
                .webhookDeliveriesDropped,
                name,
                "\(count) of the oldest deliveries of webhook \(name) were dropped: too many wait",
                count: count
            )
        }
    }

    private static func record(
        _ category: EventCategory,
        _ name: String,
        _ message: String,
        count: Int? = nil
    ) -> EventRecord {
        var detail = [subjectKey: name]
        detail["count"] = count.map(String.init)
        return EventRecord(category, EventSubject(), message, detail: detail)
    }
}
