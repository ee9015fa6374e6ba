import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark key`
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract: "Keys of the API: who holds one may do what it was granted.",
        subcommands: [List.self, Create.self, GrantCommand.self, Rotate.self, Revoke.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Keys, with when each was last used."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Flag(help: "Those that were revoked, too.") var past = false

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<APIKey> = try await session.list(
                    APIPath.of("keys"),
                    query: ["past": past ? "true" : nil],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: AccessView.keys(now: session.now),
                    name: \.name,
                    none: "there is no key: `tidemark key create` makes one"
                )
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Make a key. It is shown this once; -o name prints it alone."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name; events say key:NAME.") var name: String
        @Option(help: GrantText.help) var grant: [GrantText] = []
        @Option(
            help:
                "The person whose key it is: it may do nothing that the person may not, and ends with the person."
        )
        var owner: String?
        @Option(
            help: ArgumentHelp("When it ends, such as 12h, 90d; without this, never.", valueName: "time")
        )
        var expiresIn: DurationText?

        func run() async throws {
            try await common.perform { session in
                let made: APIV1.NewKey = try await session.client.post(
                    APIPath.of("keys"),
                    APIV1.KeyRequest(
                        name: name,
                        grants: grant.map(\.grant),
                        owner: owner,
                        expiresInSeconds: expiresIn?.seconds
                    )
                )
                try session.show(made)
            }
        }
    }

    struct GrantCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "grant",
            abstract: "Say all that a key may do from now on. Without --grant: nothing."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.") var name: String
        @Option(help: GrantText.help) var grant: [GrantText] = []

        func run() async throws {
            try await common.perform { session in
                let key: APIKey = try await session.client.put(
                    APIPath.of("keys", name, "grants"),
                    APIV1.GrantsRequest(grants: grant.map(\.grant))
                )
                try session.printer.show(key, name: key.name) { palette, width in
                    AccessView.sheet(key, now: session.now).lines(width: width, palette: palette)
                }
            }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate",
            abstract:
                "Give a key another secret, which is shown this once. The old one is refused from now on."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.") var name: String

        func run() async throws {
            try await common.perform { session in
                let made: APIV1.NewKey = try await session.client.post(
                    APIPath.of("keys", name, "rotate"),
                    [String: String]()
                )
                try session.show(made)
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Refuse a key from now on. Its name is free for another one."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its name.") var name: String

        func run() async throws {
            try await common.perform { session in
                try await session.client.delete(APIPath.of("keys", name))
                try session.printer.done("key", name, "revoked")
            }
        }
    }
}

extension Session {
    fileprivate func show(_ made: APIV1.NewKey) throws {
        guard let secret = made.secret else {
            throw Failure(.failed, "the node made key \(made.key.name) and did not say it: rotate it")
        }
        try printer.show(made, name: secret) { palette, width in
            [Inert.line(secret), ""]
                + AccessView.sheet(made.key, now: now).lines(width: width, palette: palette)
        }
    }
}
