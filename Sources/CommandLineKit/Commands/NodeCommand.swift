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
            try await common.perform { try await NodeCommand.post("drain", name, "drained", $0) }
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
            try await common.perform { try await NodeCommand.post("undrain", name, "taken back", $0) }
        }
    }

    private static func post(_ verb: String, _ name: String, _ done: String, _ session: Session) async throws
    {
        let node: ClusterStatus.Node = try await session.client.post(
            APIPath.of("nodes", name, verb),
            [String: String]()
        )
        try session.printer.done("node", node.name, done)
    }
}
