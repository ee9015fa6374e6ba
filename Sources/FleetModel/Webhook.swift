/// Whom events are told to over HTTP, and which events.
package struct Webhook: Codable, Sendable, Equatable {
    package let id: ID<Webhook>
    package let name: String
    package let description: String
    package let url: String
    package let eventGroups: [EventGroup]
    package let eventCategories: [EventCategory]
    /// Empty: every environment, and events of none.
    package let environments: [String]
    /// Empty: every project, and events of none.
    package let projects: [String]
    package let enabled: Bool
    /// Why it was turned off by itself; nil: it was not.
    package let disabledReason: String?
    /// Since when nothing gets through; nil: it does.
    package let failingSince: Instant?
    /// Deliveries that wait or are tried again.
    package let pending: Int
    /// Since when the oldest of those waits.
    package let oldestPendingAt: Instant?
    /// Deliveries that were given up, as long as they are kept.
    package let dead: Int
    /// Deliveries that were dropped because too many waited.
    package let dropped: Int
    package let createdAt: Instant
    package let updatedAt: Instant

    package init(
        id: ID<Webhook>,
        name: String,
        description: String,
        url: String,
        eventGroups: [EventGroup],
        eventCategories: [EventCategory],
        environments: [String],
        projects: [String],
        enabled: Bool,
        disabledReason: String?,
        failingSince: Instant?,
        pending: Int,
        oldestPendingAt: Instant?,
        dead: Int,
        dropped: Int,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.url = url
        self.eventGroups = eventGroups
        self.eventCategories = eventCategories
        self.environments = environments
        self.projects = projects
        self.enabled = enabled
        self.disabledReason = disabledReason
        self.failingSince = failingSince
        self.pending = pending
        self.oldestPendingAt = oldestPendingAt
        self.dead = dead
        self.dropped = dropped
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// `kind: Webhook`
package struct WebhookDocument: Sendable, Equatable {
    package var name: String
    package var description: String?
    package var url: WebhookAddress
    package var eventGroups: [EventGroup]
    package var eventCategories: [EventCategory]
    package var environments: [String]
    package var projects: [String]
    package var enabled: Bool

    package init(
        name: String,
        description: String? = nil,
        url: WebhookAddress,
        eventGroups: [EventGroup] = [],
        eventCategories: [EventCategory] = [],
        environments: [String] = [],
        projects: [String] = [],
        enabled: Bool = true
    ) {
        self.name = name
        self.description = description
        self.url = url
        self.eventGroups = eventGroups
        self.eventCategories = eventCategories
        self.environments = environments
        self.projects = projects
        self.enabled = enabled
    }
}
