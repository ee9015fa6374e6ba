import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark pin`
struct PinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Releases that an environment or a machine is to have, whatever was deployed last.",
        subcommands: [Create.self, List.self, Remove.self]
    )

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Pin an environment or a machine to a release; its machines go there by themselves.",
            discussion: """
                A machine's pin comes before its environment's, and both before what was deployed last. A pin that is \
                there already is replaced.
                """
        )

        @OptionGroup var common: CommonOptions
        @Option(help: "The project.") var project: String
        @Option(help: "The release's version.") var release: String
        @Option(help: "The environment.") var environment: String?
        @Option(help: "Or the machine.") var machine: String?
        @Option(help: "Why, for whoever comes next.") var reason: String
        @Flag(help: "Only until an automatic deployment of it has succeeded.") var once = false
        @Option(help: ArgumentHelp("For how long, such as 4h.", valueName: "time")) var expiresIn:
            DurationText?

        func validate() throws {
            guard (environment == nil) != (machine == nil) else {
                throw ValidationError("name what is to be pinned: --environment or --machine, one of them")
            }
            if let expiresIn, expiresIn.seconds < 60 {
                throw ValidationError("--expires-in must be a minute at least")
            }
        }

        func run() async throws {
            try await common.perform { session in
                let pin: Pin = try await session.client.post(
                    APIPath.of("pins"),
                    APIV1.PinRequest(
                        project: project,
                        release: release,
                        environment: environment,
                        machine: machine,
                        reason: reason,
                        once: once ? true : nil,
                        expiresInSeconds: expiresIn?.seconds
                    )
                )
                try session.printer.show(pin, name: pin.id.description) { palette, width in
                    PinView.sheet(pin).lines(width: width, palette: palette)
                }
                session.printer.suggest("tidemark pin remove \(pin.id) --reason '...'")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "What is pinned, to what, and why."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Option(help: "Only those of this project.") var project: String?
        @Option(help: "Only those of this environment.") var environment: String?
        @Option(help: "Only those of this machine.") var machine: String?
        @Flag(help: "Those that ended, too.") var past = false

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Pin> = try await session.list(
                    APIPath.of("pins"),
                    query: [
                        "project": project, "environment": environment, "machine": machine,
                        "past": past ? "true" : nil,
                    ],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: PinView.columns(now: session.now),
                    name: \.id.description,
                    none: "nothing is pinned"
                )
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "End a pin: its machines return to what was deployed last."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number; see `tidemark pin list`.") var id: Int64
        @Option(help: "Why, for whoever comes next.") var reason: String

        func run() async throws {
            try await common.perform { session in
                let pin: Pin = try await session.client.post(
                    APIPath.of("pins", String(id), "remove"),
                    APIV1.ReasonRequest(reason: reason)
                )
                try session.printer.show(pin, name: String(id)) { palette, width in
                    PinView.sheet(pin).lines(width: width, palette: palette)
                }
            }
        }
    }
}
