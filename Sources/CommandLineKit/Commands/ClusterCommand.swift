import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark cluster`
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "The nodes, their leader, and how far its scan is.",
        subcommands: [Status.self]
    )

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Nodes, leader, term, scan, and who led before."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var watch: WatchOptions

        func run() async throws {
            try await watch.perform(common) { session in
                let status: ClusterStatus = try await session.client.get(APIPath.of("cluster"))
                let now = session.now
                guard session.printer.format != .name else {
                    return status.nodes.forEach { session.printer.write(Inert.line($0.name)) }
                }
                try session.printer.show(status, name: status.leader?.node ?? "-") { palette, width in
                    ClusterView.lines(status, now: now, width: width, palette: palette)
                }
            }
        }
    }
}
