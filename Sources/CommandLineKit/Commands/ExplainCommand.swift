import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark explain`: what should be there, what is, and why.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say what should be on a machine, what is on it, and why.",
        subcommands: [OfMachine.self]
    )

    struct OfMachine: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "machine",
            abstract: "Say what should be on a machine, what is on it, and why."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var watch: WatchOptions
        @Argument(help: "Its name or number.", completion: NameCompletion.machines) var machine: String
        @Option(help: "Only this project.") var project: String?

        func run() async throws {
            try await watch.perform(common) { session in
                let explanation: Explanation = try await session.withMachine(machine) {
                    try await session.client.get(
                        APIPath.of("machines", $0, "explain"),
                        query: project.map { ["project": $0] } ?? [:]
                    )
                }
                let now = session.now
                try session.printer.show(explanation, name: explanation.machine.name) { palette, width in
                    ExplanationView(palette: palette, width: width, now: now).lines(explanation)
                }
            }
        }
    }
}
