extension APIV1 {
    /// `POST /webhooks/{webhook}/rotate`
    package struct WebhookSecret: Codable, Sendable, Equatable {
        package var id: Int64
        package var webhook: String
        /// Shown here and never again.
        package var secret: String?
        /// Until when deliveries are signed with the one before, too.
        package var previousValidUntil: Instant?

        package init(id: Int64, webhook: String, secret: String?, previousValidUntil: Instant?) {
            self.id = id
            self.webhook = webhook
            self.secret = secret
            self.previousValidUntil = previousValidUntil
        }
    }

    /// `POST /webhooks/{webhook}/replay`: all that did not get through.
    package struct WebhookReplayRequest: Codable, Sendable, Equatable {
        /// Deliveries that were made from then on.
        package var since: Instant

        package init(since: Instant) {
            self.since = since
        }
    }

    /// How many deliveries are sent again.
    package struct WebhookReplay: Codable, Sendable, Equatable {
        package var webhook: String
        package var replayed: Int

        package init(webhook: String, replayed: Int) {
            self.webhook = webhook
            self.replayed = replayed
        }
    }
}
