import ArgumentParser
import FleetClient
import FleetModel

/// `tidemark deployment`
struct DeploymentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deployment",
        abstract: "Rollouts of releases: by hand and by triggers.",
        subcommands: [
            List.self, Show.self, DeploymentLog.self, Wait.self, Cancel.self, Approve.self, Refuse.self,
            Retry.self, Redeploy.self, DeploymentMark.self,
        ]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Deployments, newest first."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var list: ListOptions
        @Option(help: "Only those of this project.") var project: String?
        @Option(help: "Only those to this environment.") var environment: String?
        @Option(help: "Only those in this state.") var state: DeploymentState?

        func run() async throws {
            try await list.watch.perform(common) { session in
                let page: APIV1.Page<Deployment> = try await session.list(
                    APIPath.of("deployments"),
                    query: ["project": project, "environment": environment, "state": state?.rawValue],
                    limit: list.limit
                )
                try session.show(
                    page,
                    columns: DeploymentView.columns(now: session.now),
                    name: \.id.description,
                    none: "there is no such deployment"
                )
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "One deployment, machine by machine, trouble first."
        )

        @OptionGroup var common: CommonOptions
        @OptionGroup var watch: WatchOptions
        @Argument(help: "Its number.") var id: Int64

        func run() async throws {
            try await watch.perform(common) { session in
                let detail: APIV1.DeploymentDetail = try await session.client.get(
                    APIPath.of("deployments", String(id))
                )
                try session.printer.show(detail, name: String(id)) { palette, width in
                    DeploymentView.lines(detail, width: width, palette: palette)
                }
            }
        }
    }

    struct Wait: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "wait",
            abstract: "Wait for the outcome: exit code 0 succeeded, 1 failed or cancelled, 6 still running."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number.") var id: Int64

        func run() async throws {
            try await common.perform { session in
                try await DeploymentWatch(session: session, id: ID(id)).run()
            }
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel",
            abstract: "Stop a deployment: what has not begun is left out, running steps are ended."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number.") var id: Int64

        func run() async throws {
            try await common.perform { session in
                let deployment: Deployment = try await session.client.post(
                    APIPath.of("deployments", String(id), "cancel"),
                    [String: String]()
                )
                try session.printer.show(deployment, name: String(id)) { palette, width in
                    DeploymentView.sheet(deployment).lines(width: width, palette: palette)
                }
                if deployment.state.isOpen { session.printer.suggest("tidemark deployment wait \(id)") }
            }
        }
    }
}

extension DeploymentState: ExpressibleByArgument {}
