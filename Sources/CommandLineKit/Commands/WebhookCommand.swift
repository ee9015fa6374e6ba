import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark webhook`
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook",
        abstract: "Whom events are told to over HTTP. `tidemark apply -f` makes them.",
        subcommands: [
            List.self, Show.self, Delete.self, WebhookRotate.self, WebhookPing.self, WebhookDeliveries.self,
            WebhookReplay.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "All webhooks.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Webhook> = try await session.list(
                    APIPath.of("webhooks"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: WebhookView.columns(now: session.now),
                    name: \.name,
                    none: "there is no webhook"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One webhook.")

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.") var name: String

        func run() async throws {
            try await common.perform { session in
                let webhook: Webhook = try await session.client.get(APIPath.of("webhooks", name))
                try session.printer.show(webhook, name: webhook.name) { palette, width in
                    WebhookView.sheet(webhook).lines(width: width, palette: palette)
                }
            }
        }
    }

    struct Delete: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "delete",
            abstract: "Delete a webhook, and what waits for it."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.") var name: String

        func run() async throws {
            try await common.perform { session in
                try await session.client.delete(APIPath.of("webhooks", name))
                try session.printer.done("webhook", name, "deleted")
            }
        }
    }
}

/// `tidemark webhook rotate`
struct WebhookRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract:
            "Make a new secret. It is shown this once; -o name prints it alone. The old one signs beside it for 24 hours."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Name of the webhook.") var name: String

    func run() async throws {
        try await common.perform { session in
            let rotated: APIV1.WebhookSecret = try await session.client.post(
                APIPath.of("webhooks", name, "rotate"),
                [String: String]()
            )
            guard let secret = rotated.secret else {
                throw Failure(.failed, "the node made a secret and did not say it: rotate again")
            }
            try session.printer.show(rotated, name: secret) { _, _ in [Inert.line(secret)] }
            guard let until = rotated.previousValidUntil, session.printer.format == .table else { return }
            session.printer.say(
                "deliveries are signed with the old one, too, until \(RelativeTime.exact(until))"
            )
        }
    }
}

/// `tidemark webhook ping`: through the outbox like anything else, so that it says what a delivery would.
struct WebhookPing: AsyncParsableCommand {
    /// A first attempt ends within this, whatever the receiver does.
    private static let standardLimit = Duration.seconds(30)

    static let configuration = CommandConfiguration(
        commandName: "ping",
        abstract: "Send something that tells of no event, and say what came of the first attempt."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Name of the webhook.") var name: String

    func run() async throws {
        try await common.perform { session in
            let sent: WebhookDelivery = try await session.client.post(
                APIPath.of("webhooks", name, "ping"),
                [String: String]()
            )
            let path = APIPath.of("webhooks", name, "deliveries", sent.id.description)
            let limit = session.limit ?? Self.standardLimit
            let ended = try await Deadline.within(limit, orFail: "nothing came of it within \(limit)") {
                try await Deadline.poll {
                    let delivery: WebhookDelivery = try await session.client.get(path)
                    return delivery.state != .pending || delivery.lastError != nil ? delivery : nil
                }
            }
            try session.printer.show(ended, name: ended.id.description) { palette, width in
                WebhookView.sheet(ended).lines(width: width, palette: palette)
            }
            guard ended.state == .delivered else { throw ExitCode(CommandStatus.failed.rawValue) }
        }
    }
}

/// `tidemark webhook deliveries`
struct WebhookDeliveries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "What was sent, waits, or was given up, newest first."
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var list: ListOptions
    @Argument(help: "Name of the webhook.") var name: String
    @Option(help: "Only those in this state: pending, delivered or dead.") var state: String?

    func validate() throws {
        guard let state, WebhookDelivery.State(rawValue: state) == nil else { return }
        throw ValidationError("--state is '\(state)', and must be pending, delivered or dead")
    }

    func run() async throws {
        try await list.watch.perform(common) { session in
            let page: APIV1.Page<WebhookDelivery> = try await session.list(
                APIPath.of("webhooks", name, "deliveries"),
                query: ["state": state],
                limit: list.limit
            )
            try session.show(
                page,
                columns: WebhookView.deliveries(now: session.now),
                name: \.id.description,
                none: "there is no delivery"
            )
        }
    }
}

/// `tidemark webhook replay`
struct WebhookReplay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Send deliveries again, under the ids they were sent under before.",
        discussion: """
            tidemark webhook replay ops 4711
            tidemark webhook replay ops --since 2d     all that did not get through
            """
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Name of the webhook.") var name: String
    @Argument(help: "Number of a delivery.") var delivery: Int64?
    @Option(
        help: ArgumentHelp(
            "All that did not get through since then: 2026-01-02T03:04:05Z, or so long ago, such as 2d.",
            valueName: "time"
        )
    )
    var since: String?

    func validate() throws {
        guard (delivery == nil) != (since == nil) else {
            throw ValidationError("say which: the number of a delivery, or --since")
        }
        guard let since, DurationText(since) == nil, Instant(since) == nil else { return }
        throw ValidationError("--since is '\(since)', and must be a time such as 2026-01-02T03:04:05Z, or 2d")
    }

    func run() async throws {
        try await common.perform { session in
            if let delivery {
                let replayed: WebhookDelivery = try await session.client.post(
                    APIPath.of("webhooks", name, "deliveries", String(delivery), "replay"),
                    [String: String]()
                )
                try session.printer.show(replayed, name: replayed.id.description) { palette, width in
                    WebhookView.sheet(replayed).lines(width: width, palette: palette)
                }
            } else if let since, let from = time(since, now: session.now) {
                let replayed: APIV1.WebhookReplay = try await session.client.post(
                    APIPath.of("webhooks", name, "replay"),
                    APIV1.WebhookReplayRequest(since: from)
                )
                try session.printer.show(replayed, name: String(replayed.replayed)) { _, _ in
                    [
                        "\(replayed.replayed) \(replayed.replayed == 1 ? "delivery is" : "deliveries are") sent again"
                    ]
                }
            }
            session.printer.suggest("tidemark webhook deliveries \(name)")
        }
    }

    private func time(_ text: String, now: Instant) -> Instant? {
        DurationText(text).map { now.adding(seconds: -$0.seconds) } ?? Instant(text)
    }
}
