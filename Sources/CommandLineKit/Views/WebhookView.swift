import FleetModel

/// Webhooks and deliveries as people see them.
enum WebhookView {
    static func columns(now: Instant) -> [Column<Webhook>] {
        [
            Column("NAME", fit: .shrinks(to: 8)) { Cell($0.name, .strong) },
            Column("STATE") { state($0) },
            Column("WAIT", alignsRight: true) { Cell(String($0.pending)) },
            Column("GIVEN UP", alignsRight: true) { Cell(String($0.dead), $0.dead > 0 ? .bad : .plain) },
            Column("TOLD OF", fit: .shrinks(to: 10)) { Cell(told($0)) },
            Column("TO", fit: .wraps) { Cell($0.url) },
        ]
    }

    private static func told(_ webhook: Webhook) -> String {
        (webhook.eventGroups.map(\.rawValue) + webhook.eventCategories.map(\.rawValue)).joined(separator: ",")
    }

    private static func state(_ webhook: Webhook) -> Cell {
        guard webhook.enabled else {
            return webhook.disabledReason == nil ? Cell("off", .faint) : Cell("turned off", .bad)
        }
        return webhook.failingSince == nil ? Cell("on", .good) : Cell("failing", .bad)
    }

    static func sheet(_ webhook: Webhook) -> FactSheet {
        let everywhere = { (names: [String]) in names.isEmpty ? "all" : names.joined(separator: ", ") }
        return FactSheet([
            ("name", Cell(webhook.name, .strong)),
            ("description", Cell(webhook.description)),
            ("state", state(webhook)),
            ("turned off", Cell(webhook.disabledReason ?? "")),
            ("failing since", Cell(webhook.failingSince.map(RelativeTime.exact) ?? "")),
            ("to", Cell(webhook.url)),
            ("told of", Cell(told(webhook))),
            ("environments", Cell(everywhere(webhook.environments))),
            ("projects", Cell(everywhere(webhook.projects))),
            ("wait", Cell(String(webhook.pending))),
            ("oldest waits since", Cell(webhook.oldestPendingAt.map(RelativeTime.exact) ?? "")),
            ("given up", Cell(String(webhook.dead))),
            ("dropped", Cell(String(webhook.dropped))),
        ])
    }

    static func deliveries(now: Instant) -> [Column<WebhookDelivery>] {
        [
            Column("ID", alignsRight: true) { Cell(String($0.id.rawValue)) },
            Column("EVENT", fit: .shrinks(to: 10)) { Cell($0.type, .strong) },
            Column("STATE") { state($0) },
            Column("TRIED", alignsRight: true) { Cell(String($0.attempts)) },
            Column("MADE") { Cell(RelativeTime.describe($0.createdAt, now: now)) },
            Column("NEXT") { Cell($0.nextAttemptAt.map { RelativeTime.describe($0, now: now) } ?? "") },
            Column("LAST ATTEMPT", fit: .wraps) {
                Cell($0.lastError ?? $0.lastStatus.map(String.init) ?? "")
            },
        ]
    }

    private static func state(_ delivery: WebhookDelivery) -> Cell {
        switch delivery.state {
        case .pending: delivery.lastError == nil ? Cell("waits") : Cell("tried again", .bad)
        case .delivered: Cell("delivered", .good)
        case .dead: Cell("given up", .bad)
        }
    }

    static func sheet(_ delivery: WebhookDelivery) -> FactSheet {
        FactSheet([
            ("number", Cell(String(delivery.id.rawValue))),
            ("webhook", Cell(delivery.webhook, .strong)),
            ("event", Cell("\(delivery.type) \(delivery.eventID.map(\.description) ?? "")")),
            ("webhook-id", Cell("msg_\(delivery.messageID)")),
            ("state", state(delivery)),
            ("tried", Cell(String(delivery.attempts))),
            ("last attempt", Cell(delivery.lastAttemptAt.map(RelativeTime.exact) ?? "")),
            ("answer", Cell(delivery.lastStatus.map(String.init) ?? "")),
            ("failed because", Cell(delivery.lastError ?? "")),
            ("next attempt", Cell(delivery.nextAttemptAt.map(RelativeTime.exact) ?? "")),
            ("sent", Cell(delivery.payload ?? "")),
        ])
    }
}
