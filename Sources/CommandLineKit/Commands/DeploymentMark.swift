import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark deployment mark`
struct DeploymentMark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mark",
        abstract: "Let a rollout that failed count as a success: new machines get its release."
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "Its number.") var id: Int64
    @Flag(help: "That it counts as a success; said in full, because it is a claim.") var successful = false
    @Option(help: "Why, for whoever comes next.") var reason: String

    func validate() throws {
        guard successful else { throw ValidationError("say --successful: nothing else can be claimed of it") }
    }

    func run() async throws {
        try await common.perform { session in
            let deployment: Deployment = try await session.client.post(
                APIPath.of("deployments", String(id), "mark"),
                APIV1.ReasonRequest(reason: reason)
            )
            try session.printer.show(deployment, name: String(id)) { palette, width in
                DeploymentView.sheet(deployment).lines(width: width, palette: palette)
            }
            session.printer.suggest("tidemark environment releases \(deployment.environment)")
        }
    }
}
