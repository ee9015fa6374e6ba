import ArgumentParser
import FleetClient
import FleetModel

extension Wait {
    /// `tidemark wait deployment`
    struct ForDeployment: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deployment",
            abstract: "Wait for a deployment.",
            discussion: "--timeout is ten minutes unless set. Exit code 1: it ended otherwise."
        )

        enum Condition: String, CaseIterable, ExpressibleByArgument, Sendable {
            /// However it ended.
            case finished
            case succeeded
            /// It waits for a person.
            case approval
        }

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number.") var id: Int64
        @Option(
            name: .customLong("for"),
            help: "finished, whatever came of it; succeeded; or approval, which it asks for."
        )
        var condition: Condition = .succeeded

        func run() async throws {
            try await common.perform { session in
                let limit = session.limit ?? DeploymentWatch.standardLimit
                let (id, condition) = (id, condition)
                let deployment = try await Deadline.within(
                    limit,
                    orFail: "deployment \(id) was not so far within \(limit): \(condition.rawValue)"
                ) {
                    try await Self.reach(condition, id, in: session)
                }
                try session.printer.done("deployment", id.description, deployment.state.rawValue)
                guard condition.holds(deployment) else {
                    session.printer.suggest("tidemark deployment show \(id)")
                    throw ExitCode(CommandStatus.failed.rawValue)
                }
            }
        }

        private static func reach(
            _ condition: Condition,
            _ id: Int64,
            in session: Session
        ) async throws -> Deployment {
            var spinner = Spinner(session.printer)
            defer { spinner.finish() }
            return try await Deadline.poll {
                let detail: APIV1.DeploymentDetail = try await session.client.get(
                    APIPath.of("deployments", String(id))
                )
                spinner.show(DeploymentView.progress(detail.deployment))
                let isOver = !detail.deployment.state.isOpen || condition.holds(detail.deployment)
                return isOver ? detail.deployment : nil
            }
        }
    }
}

extension Wait.ForDeployment.Condition {
    func holds(_ deployment: Deployment) -> Bool {
        switch self {
        case .finished: !deployment.state.isOpen
        case .succeeded: deployment.state == .succeeded
        case .approval: deployment.waitsFor != nil
        }
    }
}
