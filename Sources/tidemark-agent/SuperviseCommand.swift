import AgentKit
import ArgumentParser

/// Started by `run` for each script; not for people.
struct SuperviseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "supervise",
        abstract: "Run the script of one step (started by the agent).",
        shouldDisplay: false
    )

    @Argument(help: "The step's folder.")
    var folder: String

    func run() throws {
        throw ExitCode(Supervisor.run(folder: folder).rawValue)
    }
}
