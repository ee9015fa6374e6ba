import AgentKit
import ArgumentParser

/// For a machine's shutdown hook, after its agent has ended.
struct GoodbyeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "goodbye",
        abstract: "Tell the cluster that this machine leaves: it counts as offline at once."
    )

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await reporting {
            let (identity, directory) = try data.identity()
            try await Goodbye.run(identity: identity, directory: directory, logger: try makeLogger())
        }
    }
}
