import ArgumentParser
import FleetClient
import FleetModel

/// Sees a deployment through to its end: progress on standard error, the outcome as data and as exit code.
struct DeploymentWatch {
    static let standardLimit = Duration.seconds(600)

    let session: Session
    let id: ID<Deployment>

    func run() async throws {
        let limit = session.limit ?? Self.standardLimit
        let (session, id) = (session, id)
        let detail = try await Deadline.within(
            limit,
            orFail: "deployment \(id) is still running after \(limit); `tidemark deployment show \(id)` "
                + "shows where it stands"
        ) {
            try await Self.outcome(of: id, in: session)
        }
        try session.printer.show(detail, name: id.description) { palette, width in
            DeploymentView.lines(detail, width: width, palette: palette)
        }
        guard detail.deployment.state != .succeeded else { return }
        session.printer.suggest("tidemark deployment log \(id)")
        throw ExitCode(CommandStatus.failed.rawValue)
    }

    private static func outcome(
        of id: ID<Deployment>,
        in session: Session
    ) async throws -> APIV1.DeploymentDetail {
        var spinner = Spinner(session.printer)
        defer { spinner.finish() }
        let width = (session.printer.terminal.width ?? 80) - 1
        return try await Deadline.poll {
            let detail: APIV1.DeploymentDetail = try await session.client.get(
                APIPath.of("deployments", id.description)
            )
            spinner.show(
                session.printer.terminal.isInteractive
                    ? DeploymentView.bar(detail.deployment, width: width)
                    : DeploymentView.progress(detail.deployment)
            )
            return detail.deployment.state.isOpen ? nil : detail
        }
    }
}
