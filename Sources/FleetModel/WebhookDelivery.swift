/// One event on its way to one receiver.
package struct WebhookDelivery: Codable, Sendable, Equatable {
    package let id: ID<WebhookDelivery>
    package let webhook: String
    /// nil: a ping, which tells of no event.
    package let eventID: ID<Event>?
    /// The `webhook-id`: the same in every attempt, from whatever node, and when it is replayed.
    package let messageID: String
    /// The event's category. Text: a newer node may have written it.
    package let type: String
    package let state: State
    /// How often it was begun to be sent since it was made or replayed.
    package let attempts: Int
    /// When it is tried next; nil: not any more.
    package let nextAttemptAt: Instant?
    package let lastAttemptAt: Instant?
    /// What the receiver answered last; nil: nothing.
    package let lastStatus: Int?
    /// Why the last attempt did not succeed; nil: it did, or there was none.
    package let lastError: String?
    package let createdAt: Instant
    package let finishedAt: Instant?
    /// What is sent; only in the answer to a question for this one.
    package var payload: String?

    package enum State: String, Codable, Sendable, CaseIterable {
        /// Waits for its first attempt or the next: to `delivered` or `dead`.
        case pending
        /// The receiver took it; a replay makes it `pending` again.
        case delivered
        /// Given up; a replay makes it `pending` again.
        case dead
    }

    package init(
        id: ID<WebhookDelivery>,
        webhook: String,
        eventID: ID<Event>?,
        messageID: String,
        type: String,
        state: State,
        attempts: Int,
        nextAttemptAt: Instant?,
        lastAttemptAt: Instant?,
        lastStatus: Int?,
        lastError: String?,
        createdAt: Instant,
        finishedAt: Instant?,
        payload: String? = nil
    ) {
        self.id = id
        self.webhook = webhook
        self.eventID = eventID
        self.messageID = messageID
        self.type = type
        self.state = state
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.lastAttemptAt = lastAttemptAt
        self.lastStatus = lastStatus
        self.lastError = lastError
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.payload = payload
    }
}
