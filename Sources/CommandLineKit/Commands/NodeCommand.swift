import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark node`
struct NodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "node",
        abstract: "Take a node out of the cluster for a while; `tidemark cluster status` lists them.",
        subcommands: [Drain.self, Undrain.self]
    )

    struct Drain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "drain",
            abstract:
                "Send it no requests and let another one lead, until it is taken back, over restarts too."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The name of the node.") var name: String

        func run() async throws {
            try await common.perform { session in
                let node: ClusterStatus.Node = try await session.client.post(
                    APIPath.of("nodes", name, "drain"),
                    [String: String]()
                )
                try session.printer.done("node", node.name, "drained")
            }
        }
    }

    struct Undrain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "undrain",
            abstract: "Take it back."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "The name of the node.") var name: String

        func run() async throws {
            try await common.perform { session in
                let node: ClusterStatus.Node = try await session.client.post(
                    APIPath.of("nodes", name, "undrain"),
                    [String: String]()
                )
                try session.printer.done("node", node.name, "taken back")
            }
        }
    }
}
