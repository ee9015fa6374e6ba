import AgentKit
import ArgumentParser
import FleetModel

/// The agent of one machine. See `ExitStatus` for its exit codes.
@main
struct TidemarkAgent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemark-agent",
        abstract: "Keeps this machine at the releases that a Tidemark cluster decides.",
        discussion: """
            Exit codes: 0 ok, 1 failure, 64 wrong usage, 69 no node could be reached, \
            75 another agent is here already, 77 a node refused.
            """,
        version: Version.current,
        subcommands: [JoinCommand.self, RunCommand.self, GoodbyeCommand.self, SuperviseCommand.self]
    )
}
