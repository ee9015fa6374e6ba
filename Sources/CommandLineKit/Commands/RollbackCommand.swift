import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark rollback`
struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Roll out the release that an environment had before.",
        discussion: """
            It is a deployment like any other: `tidemark deployment wait` sees it through, and a second rollback goes \
            forward again. With --wait the exit code says the outcome, as for `tidemark deploy`.
            """
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "The project.", completion: NameCompletion.projects) var project: String
    @Option(help: "The environment.") var environment: String
    @Option(help: ArgumentHelp("Not the one before, but this one, which it had once.", valueName: "version"))
    var to: String?
    @Flag(help: "Wait for the outcome.") var wait = false

    func run() async throws {
        try await common.perform { session in
            let deployment: Deployment = try await session.client.post(
                APIPath.of("rollbacks"),
                APIV1.RollbackRequest(project: project, environment: environment, release: to)
            )
            guard wait else {
                try session.printer.show(deployment, name: deployment.id.description) { palette, width in
                    DeploymentView.sheet(deployment).lines(width: width, palette: palette)
                }
                session.printer.suggest("tidemark deployment wait \(deployment.id)")
                return
            }
            session.printer.say("deployment \(deployment.id) of \(project) \(deployment.release) started")
            try await DeploymentWatch(session: session, id: deployment.id).run()
        }
    }
}
