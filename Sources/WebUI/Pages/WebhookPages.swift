import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The webhooks: whom events are told to, what got through, and what is to be sent again.
struct WebhookPages: Sendable {
    private static let rows = 100

    let web: WebContext

    private struct ListView {
        let frame: Frame
        let rows: [WebhookLine]
        let pager: Pager
        let isEmpty: Bool
    }

    private struct View {
        let frame: Frame
        let name: String
        let ownHref: String
        let description: String
        let badge: Badge
        let disabledReason: String?
        let facts: [Fact]
        let mayPing: Bool
        let states: [Choice]
        let rows: [DeliveryLine]
        let pager: Pager
        let isEmpty: Bool
        let hasFailed: Bool
    }

    private struct Fact {
        let name: String
        let value: String
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        try WebhookCommands.mayConfigure(request.principal)
        let (rows, pager) = try await web.listByName(request, limit: Self.rows, name: \.name) {
            after,
            limit,
            _,
            tx in
            try WebhookRows.list(after: after, limit: limit, in: tx)
        }
        return try web.templates.page(
            "webhooks",
            ListView(
                frame: Frame("Webhooks", request, web),
                rows: rows.map { WebhookLine($0, now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty
            )
        )
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        try WebhookCommands.mayConfigure(request.principal)
        let name = try request.context.parameter("webhook")
        let state = request.query("state").flatMap(WebhookDelivery.State.init(rawValue:))
        let before = request.number("before") ?? .max
        let (webhook, found) = try await web.api.store.read { tx in
            guard let webhook = try WebhookRows.list(name: name, limit: 1, in: tx).first else {
                throw StoreError.notFound(what: "webhook", which: name)
            }
            let found = try WebhookDeliveryRows.list(
                of: name,
                state: state,
                before: before,
                limit: Self.rows + 1,
                in: tx
            )
            return (webhook, found)
        }
        let (rows, pager) = Pager.cut(
            found,
            limit: Self.rows,
            Link.webhook(name),
            [("state", state?.rawValue)],
            "before",
            isFirst: before == .max
        ) { $0.id.description }
        return try web.templates.page(
            "webhook",
            View(
                frame: Frame(name, request, web),
                name: name,
                ownHref: Link.webhook(name),
                description: webhook.description,
                badge: Badge(webhook),
                disabledReason: webhook.disabledReason,
                facts: facts(webhook, now: request.now),
                mayPing: webhook.enabled,
                states: Choice.of(WebhookDelivery.State.allCases.map(\.rawValue), chosen: state?.rawValue) {
                    $0 == WebhookDelivery.State.dead.rawValue ? "given up" : $0
                },
                rows: rows.map { DeliveryLine($0, now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty,
                hasFailed: webhook.dead > 0 || webhook.failingSince != nil
            )
        )
    }

    private func facts(_ webhook: Webhook, now: Instant) -> [Fact] {
        let all = { (names: [String]) in names.isEmpty ? "all" : names.joined(separator: ", ") }
        let told = webhook.eventGroups.map(\.rawValue) + webhook.eventCategories.map(\.rawValue)
        let waits = webhook.oldestPendingAt.map {
            ", the oldest made \(RelativeTime.describe($0, now: now))"
        }
        return [
            Fact(name: "to", value: webhook.url), Fact(name: "told of", value: told.joined(separator: ", ")),
            Fact(name: "environments", value: all(webhook.environments)),
            Fact(name: "projects", value: all(webhook.projects)),
            Fact(name: "wait", value: "\(webhook.pending)\(waits ?? "")"),
            Fact(name: "given up", value: String(webhook.dead)),
            Fact(name: "dropped", value: String(webhook.dropped)),
        ]
    }

    @Sendable func ping(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("webhook")
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try WebhookCommands.ping(name, in: tx, &changes)
        }
        return .seeOther(Link.webhook(name))
    }

    @Sendable func replay(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("webhook")
        let id: ID<WebhookDelivery> = try request.context.id("delivery", of: "delivery of \(name)")
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try WebhookCommands.replay(id, of: name, in: tx, &changes)
        }
        return .seeOther(Link.webhook(name))
    }

    /// All that is kept and did not get through.
    @Sendable func replayFailed(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("webhook")
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try WebhookCommands.replayFailed(
                of: name,
                since: Instant(microseconds: 0),
                in: tx,
                &changes
            )
        }
        return .seeOther(Link.webhook(name))
    }
}

/// A webhook as a line of a list.
struct WebhookLine {
    let name: String
    let href: String
    let badge: Badge
    let told: String
    let receiver: String
    let pending: Int
    let dead: Int

    init(_ webhook: Webhook, now: Instant) {
        name = webhook.name
        href = Link.webhook(webhook.name)
        badge = Badge(webhook)
        told = (webhook.eventGroups.map(\.rawValue) + webhook.eventCategories.map(\.rawValue))
            .joined(separator: ", ")
        receiver = (try? WebhookAddress(webhook.url).receiver) ?? ""
        pending = webhook.pending
        dead = webhook.dead
    }
}

/// A delivery as a line of a list.
struct DeliveryLine {
    let id: String
    let type: String
    let event: String?
    let eventHref: String
    let badge: Badge
    let attempts: Int
    let made: Moment
    let last: Moment?
    let next: Moment?
    let outcome: String

    init(_ delivery: WebhookDelivery, now: Instant) {
        id = delivery.id.description
        type = delivery.type
        event = delivery.eventID?.description
        eventHref = delivery.eventID.map { Link.event($0) } ?? ""
        badge =
            switch delivery.state {
            case .pending: delivery.lastError == nil ? Badge("waits", .busy) : Badge("tried again", .warning)
            case .delivered: Badge("delivered", .good)
            case .dead: Badge("given up", .bad)
            }
        attempts = delivery.attempts
        made = Moment(delivery.createdAt, now: now)
        last = delivery.lastAttemptAt.map { Moment($0, now: now) }
        next = delivery.nextAttemptAt.map { Moment($0, now: now) }
        outcome = delivery.lastError ?? delivery.lastStatus.map { "answered \($0)" } ?? ""
    }
}

extension Badge {
    init(_ webhook: Webhook) {
        if !webhook.enabled {
            self.init("off", webhook.disabledReason == nil ? .faint : .bad)
        } else if webhook.failingSince != nil {
            self.init("failing", .bad)
        } else {
            self.init("works", .good)
        }
    }
}
