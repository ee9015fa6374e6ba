import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark quarantine`
struct QuarantineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Releases that were given up on single machines.",
        subcommands: [List.self, Release.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "What is given up on which machine, and why."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Option(help: "Only those of this machine, by name or number.") var machine: String?
        @Option(help: "Only those in this environment.") var environment: String?
        @Option(help: "Only those of this project.") var project: String?
        @Flag(help: "Those that were released, too.") var past = false

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Quarantine> = try await session.list(
                    APIPath.of("quarantines"),
                    query: [
                        "machine": machine, "environment": environment, "project": project,
                        "past": past ? "true" : nil,
                    ],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: FailingView.quarantines(now: session.now),
                    name: \.id.description,
                    none: "no release is given up on a machine"
                )
            }
        }
    }

    struct Release: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "release",
            abstract: "Let the release be tried on the machine again, as often as before."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number; see `tidemark quarantine list`.") var id: Int64
        @Option(help: "Why, for whoever comes next.") var reason: String

        func run() async throws {
            try await common.perform { session in
                let quarantine: Quarantine = try await session.client.post(
                    APIPath.of("quarantines", String(id), "release"),
                    APIV1.ReasonRequest(reason: reason)
                )
                try session.printer.show(quarantine, name: String(id)) { palette, width in
                    FailingView.sheet(quarantine, now: session.now).lines(width: width, palette: palette)
                }
                session.printer.suggest("tidemark explain machine \(quarantine.machine)")
            }
        }
    }
}
