import ArgumentParser
import FleetClient
import FleetModel

/// What a person says to a deployment that waits, and how one is done again.
extension DeploymentCommand {
    struct Approve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "approve",
            abstract: "Approve the manual step that a deployment waits at."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number.") var id: Int64
        @Option(help: "The step; left out: the one that waits.") var step: String?
        @Option(help: "Why; it is kept with the approval.") var reason: String?

        func run() async throws {
            let body = APIV1.ApprovalRequest(step: step, reason: reason)
            try await common.perform { session in
                try await DeploymentCommand.post("approve", body, to: id, in: session)
            }
        }
    }

    struct Refuse: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "refuse",
            abstract: "Refuse the manual step that a deployment waits at: what is after it is not done."
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number.") var id: Int64
        @Option(help: "The step; left out: the one that waits.") var step: String?
        @Option(help: "Why; it is kept with the deployment.") var reason: String

        func run() async throws {
            let body = APIV1.ApprovalRequest(step: step, reason: reason)
            try await common.perform { session in
                try await DeploymentCommand.post("refuse", body, to: id, in: session)
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry",
            abstract: "Deploy the release of a deployment again to the machines that did not get it.",
            discussion: """
                It is a new deployment. A rollout that did not succeed is retried as a rollout: when the rest \
                succeeds, the release is the environment's.
                """
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number.") var id: Int64
        @Flag(help: "Wait for the outcome.") var wait = false

        func run() async throws {
            try await common.perform { session in
                try await DeploymentCommand.repeat("retry", id, wait: wait, in: session)
            }
        }
    }

    struct Redeploy: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "redeploy",
            abstract: "Do all of a deployment again, as a new one.",
            discussion: """
                A rollout goes to every machine that is in the environment now, any other deployment to the \
                machines that it went to.
                """
        )

        @OptionGroup var common: CommonOptions
        @Argument(help: "Its number.") var id: Int64
        @Flag(help: "Wait for the outcome.") var wait = false

        func run() async throws {
            try await common.perform { session in
                try await DeploymentCommand.repeat("redeploy", id, wait: wait, in: session)
            }
        }
    }

    private static func `repeat`(_ how: String, _ id: Int64, wait: Bool, in session: Session) async throws {
        let deployment: Deployment = try await session.client.post(
            APIPath.of("deployments", String(id), how),
            [String: String]()
        )
        guard wait else { return try show(deployment, in: session) }
        session.printer.say("deployment \(deployment.id) started")
        try await DeploymentWatch(session: session, id: deployment.id).run()
    }

    private static func post(
        _ how: String,
        _ body: some Encodable,
        to id: Int64,
        in session: Session
    ) async throws {
        let deployment: Deployment = try await session.client.post(
            APIPath.of("deployments", String(id), how),
            body
        )
        try show(deployment, in: session)
    }

    private static func show(_ deployment: Deployment, in session: Session) throws {
        try session.printer.show(deployment, name: deployment.id.description) { palette, width in
            DeploymentView.sheet(deployment).lines(width: width, palette: palette)
        }
        if deployment.state.isOpen { session.printer.suggest("tidemark deployment wait \(deployment.id)") }
    }
}
