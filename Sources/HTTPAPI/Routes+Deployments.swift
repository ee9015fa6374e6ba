import HTTPTypes

/// Deployments, and what came of them.
extension Routes {
    static func deployments(_ api: APIContext) -> [Route] {
        let deployments = DeploymentController(api: api)
        return [
            Route(
                .post,
                "/api/v1/deployments",
                .apiKey,
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
                .apiKey,
                "listDeployments",
                "Deployments, newest first.",
                parameters: [.project, .environment, .deploymentState] + Route.Parameter.paging,
                answers: [.page("Deployment", "A page of them.")],
                handler: deployments.list
            ),
            Route(
                .get,
                "/api/v1/deployments/{deployment}",
                .apiKey,
                "getDeployment",
                "One deployment with its runs.",
                answers: [.json(200, "DeploymentDetail", "The deployment.")],
                handler: deployments.show
            ),
            Route(
                .post,
                "/api/v1/deployments/{deployment}/cancel",
                .apiKey,
                "cancelDeployment",
                "Ends a deployment early.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "Deployment", "The deployment as it is now.")],
                handler: deployments.cancel
            ),
            Route(
                .get,
                "/api/v1/deployments/{deployment}/log",
                .apiKey,
                "getDeploymentLog",
                "What its steps wrote.",
                parameters: [.machine, .step, .tail],
                answers: [.text(200, "text/plain", "The log.")],
                handler: deployments.log
            ),
            Route(
                .get,
                "/api/v1/deployments/{deployment}/log/stream",
                .apiKey,
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
                .apiKey,
                "listEvents",
                "The event log.",
                parameters: [.category, .machine, .project, .order] + Route.Parameter.paging,
                answers: [.page("Event", "A page of it.")],
                handler: events.list
            ),
            Route(
                .get,
                "/api/v1/events/stream",
                .apiKey,
                "streamEvents",
                "Every event once, as it commits.",
                parameters: [.lastEventID],
                answers: [.text(200, "text/event-stream", "Events 'event'.")],
                handler: events.stream
            ),
            Route(
                .get,
                "/api/v1/events/export",
                .apiKey,
                "exportEvents",
                "Events whole, with their detail, a JSON object a line, oldest first.",
                parameters: [.from, .before],
                answers: [.text(200, "application/jsonl", "The lines, as long as there are any.")],
                handler: events.export
            ),
            Route(
                .get,
                "/api/v1/decisions",
                .apiKey,
                "listDecisions",
                "What scans concluded and why, newest first.",
                parameters: [.machine, .project] + Route.Parameter.paging,
                answers: [.page("Decision", "A page of them.")],
                handler: events.decisions
            ),
        ]
    }
}
