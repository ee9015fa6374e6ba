import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark decision`
struct DecisionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decision",
        abstract: "What the scans concluded, and why.",
        subcommands: [List.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Decisions, newest first."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Option(help: "Only those about this machine.") var machine: String?
        @Option(help: "Only those about this project.") var project: String?

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Decision> = try await session.list(
                    APIPath.of("decisions"),
                    query: ["machine": machine, "project": project],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: DecisionView.columns(now: session.now),
                    name: \.id.description,
                    none: "nothing was decided yet: no event has met a trigger"
                )
            }
        }
    }
}
