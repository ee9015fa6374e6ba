import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark token`
struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Join tokens: what lets a machine in, and as what.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Make a join token. It is shown this once; -o name prints it alone."
        )

        @OptionGroup var common: CommonOptions
        @Option(help: "Environment of the machines that join with it.") var environment: String
        @Option(help: "A role of those machines. May be repeated.") var role: [String] = []
        @Option(help: ArgumentHelp("How long it can be used, such as 15m, 1h, 7d.", valueName: "time"))
        var ttl: DurationText?
        @Option(help: "How many machines may join with it; without this, any number.") var uses: Int?
        @Option(help: "The machine policy of those machines; without this, 'default'.") var policy: String?
        @Flag(help: "Those machines are cleaned up as soon as they say goodbye.") var ephemeral = false

        func validate() throws {
            if let uses, uses < 1 { throw ValidationError("--uses is \(uses), and must be at least 1") }
            if let ttl, ttl.milliseconds < 1000 || ttl.milliseconds % 1000 != 0 {
                throw ValidationError("--ttl must be whole seconds, at least 1s")
            }
        }

        func run() async throws {
            try await common.perform { session in
                let token: APIV1.Token = try await session.client.post(
                    APIPath.of("tokens"),
                    APIV1.TokenRequest(
                        environment: environment,
                        roles: role,
                        ttlSeconds: ttl?.seconds,
                        uses: uses,
                        policy: policy,
                        ephemeral: ephemeral ? true : nil
                    )
                )
                guard let secret = token.token else {
                    throw Failure(.failed, "the node made token \(token.id) and did not say it: revoke it")
                }
                try session.printer.show(token, name: secret) { palette, width in
                    [Inert.line(secret), ""]
                        + TokenView.sheet(token, now: session.now).lines(width: width, palette: palette)
                }
                guard session.printer.format == .table || session.printer.format == .name else { return }
                session.printer.say("on the machine:")
                session.printer.say(TokenView.joinCommand(token: secret, url: session.client.url))
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "Join tokens.")

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<APIV1.Token> = try await session.list(
                    APIPath.of("tokens"),
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: TokenView.columns(now: session.now),
                    name: { String($0.id) },
                    none: "there is no join token: `tidemark token create` makes one"
                )
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "End a token. Machines that joined with it stay."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number.") var id: Int64

        func run() async throws {
            try await common.perform { session in
                try await session.client.delete(APIPath.of("tokens", String(id)))
                try session.printer.done("token", String(id), "revoked")
            }
        }
    }
}
