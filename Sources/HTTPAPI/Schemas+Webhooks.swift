import FleetModel

/// The shapes of webhooks and deliveries.
extension Schemas {
    static let webhooks: [Object] = [
        Object(
            name: "Webhook",
            fields: [
                ("id", integer), ("name", string), ("description", string), ("url", string),
                ("eventGroups", list(string)), ("eventCategories", list(string)),
                ("environments", list(string)),
                ("projects", list(string)), ("enabled", boolean), ("disabledReason?", string),
                ("failingSince?", instant), ("pending", integer), ("oldestPendingAt?", instant),
                ("dead", integer), ("dropped", integer), ("createdAt", instant), ("updatedAt", instant),
            ]
        ),
        Object(
            name: "WebhookDelivery",
            fields: [
                ("id", integer), ("webhook", string), ("eventID?", integer), ("messageID", string),
                ("type", string), ("state", words(WebhookDelivery.State.allCases.map(\.rawValue))),
                ("attempts", integer), ("nextAttemptAt?", instant), ("lastAttemptAt?", instant),
                ("lastStatus?", integer), ("lastError?", string), ("createdAt", instant),
                ("finishedAt?", instant), ("payload?", string),
            ]
        ),
        Object(
            name: "WebhookSecret",
            fields: [
                ("id", integer), ("webhook", string), ("secret?", string), ("previousValidUntil?", instant),
            ]
        ),
        Object(name: "WebhookReplayRequest", fields: [("since", instant)]),
        Object(name: "WebhookReplay", fields: [("webhook", string), ("replayed", integer)]),
    ]
}
