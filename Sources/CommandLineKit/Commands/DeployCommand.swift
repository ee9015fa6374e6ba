import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark deploy`: starts a deployment, and with `--wait` sees it through.
struct Deploy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deploy",
        abstract: "Deploy a release to an environment, or to some of its machines.",
        discussion: """
            Without --machine it goes to every machine of the environment, and its success makes the release the \
            one that new machines get. With --wait the exit code says the outcome: 0 succeeded, 1 failed or \
            cancelled, 6 still running after --timeout (10m unless set); the deployment itself goes on.
            """
    )

    @OptionGroup var common: CommonOptions
    @Argument(help: "The project.", completion: NameCompletion.projects) var project: String
    @Argument(help: "The release's version.") var release: String
    @Option(
        help: ArgumentHelp("The environment.", valueName: "environment"),
        completion: NameCompletion.environments
    )
    var to: String
    @Option(help: "Only this machine. May be repeated.") var machine: [String] = []
    @Flag(help: "Although a freeze covers the environment.") var ignoreFreeze = false
    @Flag(help: "Although the release has not come so far by the project's phases.") var skipPromotion = false
    @Option(help: "Why a freeze or the order is passed over.") var reason: String?
    @Flag(help: "Wait for the outcome.") var wait = false

    func validate() throws {
        if ignoreFreeze || skipPromotion, reason == nil {
            throw ValidationError(
                "--ignore-freeze and --skip-promotion need a --reason, for whoever comes next"
            )
        }
    }

    func run() async throws {
        try await common.perform { session in
            let deployment: Deployment = try await session.client.post(
                APIPath.of("deployments"),
                APIV1.DeploymentRequest(
                    project: project,
                    release: release,
                    environment: to,
                    machines: machine.isEmpty ? nil : machine,
                    ignoreFreeze: ignoreFreeze ? true : nil,
                    skipPromotion: skipPromotion ? true : nil,
                    reason: reason
                )
            )
            guard wait else {
                try session.printer.show(deployment, name: deployment.id.description) { palette, width in
                    DeploymentView.sheet(deployment).lines(width: width, palette: palette)
                }
                session.printer.suggest("tidemark deployment wait \(deployment.id)")
                return
            }
            session.printer.say("deployment \(deployment.id) started")
            try await DeploymentWatch(session: session, id: deployment.id).run()
        }
    }
}
