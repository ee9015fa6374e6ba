import FleetModel
import HTTPTypes

/// Deployments, and what came of them.
extension Routes {
    static func deployments(_ api: APIContext) -> [Route] {
        let deployments = DeploymentController(api: api)
        return [
            Route(
                .post,
                "/api/v1/deployments",
                .needs(.deploy),
                "createDeployment",
                "Deploys a release to an environment, or to machines of it.",
                parameters: [.idempotencyKey],
                body: .json("DeploymentRequest"),
                answers: [.json(201, "Deployment", "The deployment has begun.")],
                handler: deployments.create
            ),
            Route(
                .get,
                "/api/v1/deployments",
                .needs(.look),
                "listDeployments",
                "Deployments, newest first.",
                parameters: [.project, .environment, .deploymentState] + Route.Parameter.paging,
                answers: [.page("Deployment", "A page of them.")],
                handler: deployments.list
            ),
            Route(
                .get,
                "/api/v1/deployments/{deployment}",
                .needs(.look),
                "getDeployment",
                "One deployment with its runs.",
                answers: [.json(200, "DeploymentDetail", "The deployment.")],
                handler: deployments.show
            ),
            Route(
                .post,
                "/api/v1/deployments/{deployment}/cancel",
                .needs(.deploy),
                "cancelDeployment",
                "Ends a deployment early.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "Deployment", "The deployment as it is now.")],
                handler: deployments.cancel
            ),
            Route(
                .post,
                "/api/v1/deployments/{deployment}/retry",
                .needs(.deploy),
                "retryDeployment",
                "Deploys the release again to the machines that did not get it.",
                parameters: [.idempotencyKey],
                answers: [.json(201, "Deployment", "The new deployment has begun.")],
                handler: deployments.retry
            ),
            Route(
                .post,
                "/api/v1/deployments/{deployment}/redeploy",
                .needs(.deploy),
                "redeployDeployment",
                "Does all of a deployment again.",
                parameters: [.idempotencyKey],
                answers: [.json(201, "Deployment", "The new deployment has begun.")],
                handler: deployments.redeploy
            ),
            Route(
                .post,
                "/api/v1/deployments/{deployment}/approve",
                .needs(.approve),
                "approveDeployment",
                "Approves the manual step that a deployment waits at.",
                parameters: [.idempotencyKey],
                body: .json("ApprovalRequest"),
                answers: [.json(200, "Deployment", "The deployment as it is now.")],
                handler: deployments.approve
            ),
            Route(
                .post,
                "/api/v1/deployments/{deployment}/refuse",
                .needs(.approve),
                "refuseDeployment",
                "Refuses the manual step that a deployment waits at, which ends it.",
                parameters: [.idempotencyKey],
                body: .json("ApprovalRequest"),
                answers: [.json(200, "Deployment", "The deployment as it is now.")],
                handler: deployments.refuse
            ),
            Route(
                .get,
                "/api/v1/deployments/{deployment}/log",
                .needs(.look),
                "getDeploymentLog",
                "What its steps wrote.",
                parameters: [.machine, .step, .tail],
                answers: [.text(200, "text/plain", "The log.")],
                handler: deployments.log
            ),
            Route(
                .get,
                "/api/v1/deployments/{deployment}/log/stream",
                .needs(.look),
                "streamDeploymentLog",
                "What its steps write, as it arrives.",
                parameters: [.lastEventID],
                answers: [.text(200, "text/event-stream", "Events 'log', and 'end'.")],
                handler: deployments.logStream
            ),
        ]
    }

    static func events(_ api: APIContext) -> [Route] {
        let events = EventController(api: api)
        return [
            Route(
                .get,
                "/api/v1/events",
                .needs(.look),
                "listEvents",
                "The event log.",
                parameters: [.category, .machine, .project, .order] + Route.Parameter.paging,
                answers: [.page("Event", "A page of it.")],
                handler: events.list
            ),
            Route(
                .get,
                "/api/v1/events/stream",
                .needs(.look),
                "streamEvents",
                "Every event once, as it commits.",
                parameters: [.lastEventID],
                answers: [.text(200, "text/event-stream", "Events 'event'.")],
                handler: events.stream
            ),
            Route(
                .get,
                "/api/v1/events/export",
                .needs(.look),
                "exportEvents",
                "Events whole, with their detail, a JSON object a line, oldest first.",
                parameters: [.from, .before],
                answers: [.text(200, "application/jsonl", "The lines, as long as there are any.")],
                handler: events.export
            ),
            Route(
                .get,
                "/api/v1/decisions",
                .needs(.look),
                "listDecisions",
                "What scans concluded and why, newest first.",
                parameters: [.machine, .project] + Route.Parameter.paging,
                answers: [.page("Decision", "A page of them.")],
                handler: events.decisions
            ),
        ]
    }
}
