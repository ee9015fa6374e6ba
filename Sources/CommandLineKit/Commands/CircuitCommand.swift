import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark circuit`
struct CircuitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "circuit",
        abstract: "Releases that failed on too many machines of an environment.",
        subcommands: [List.self, Close.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Which releases are deployed to no further machine, and what is instead."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Option(help: "Only those in this environment.") var environment: String?
        @Option(help: "Only those of this project.") var project: String?
        @Flag(help: "Those that were closed, too.") var past = false

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Circuit> = try await session.list(
                    APIPath.of("circuits"),
                    query: ["environment": environment, "project": project, "past": past ? "true" : nil],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: FailingView.circuits(now: session.now),
                    name: \.id.description,
                    none: "no circuit is open"
                )
            }
        }
    }

    struct Close: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "close",
            abstract:
                "Let the release be deployed in the environment again: machines that wait get it at once."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number; see `tidemark circuit list`.") var id: Int64
        @Option(help: "Why, for whoever comes next.") var reason: String

        func run() async throws {
            try await common.perform { session in
                let circuit: Circuit = try await session.client.post(
                    APIPath.of("circuits", String(id), "close"),
                    APIV1.ReasonRequest(reason: reason)
                )
                try session.printer.show(circuit, name: String(id)) { palette, width in
                    FailingView.sheet(circuit, now: session.now).lines(width: width, palette: palette)
                }
                session.printer.suggest("tidemark deployment list --project \(circuit.project)")
            }
        }
    }
}
