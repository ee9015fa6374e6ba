import AgentKit
import ArgumentParser
import FleetModel

/// Makes the machine one of the fleet.
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "join",
        abstract: "Join this machine to a cluster, with a token from 'tidemark token create'."
    )

    @Option(help: "The cluster's address, such as https://tidemark.example.com.")
    var url: String

    @Option(help: "The join token; also read from TIDEMARK_TOKEN, which does not show in process lists.")
    var token: String?

    @Option(help: "The machine's name; the host's name if not given.")
    var name: String?

    @Flag(help: "Join again, as a new machine that nothing is believed to be on.")
    var force = false

    @OptionGroup var data: DataOptions

    func run() async throws {
        try await reporting {
            guard let token = token ?? ownEnvironment()["TIDEMARK_TOKEN"] else {
                throw AgentError("give --token or TIDEMARK_TOKEN", status: .usage)
            }
            let answer = try await Join.run(
                url: url,
                token: token,
                name: name,
                force: force,
                directory: DataDirectory(data.dataDir)
            )
            let roles = answer.roles.isEmpty ? "no roles" : "roles \(answer.roles.joined(separator: ", "))"
            print("joined as machine \(answer.machineID) '\(answer.name)' in \(answer.environment), \(roles)")
        }
    }
}
