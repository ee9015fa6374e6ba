import FleetModel
import HTTPTypes

/// The table of all routes. What is not here does not answer.
enum Routes {
    static func all(_ api: APIContext) -> [Route] {
        node(api) + configuration(api) + policies(api) + machines(api) + tokens(api) + packages(api)
            + releases(api)
            + deployments(api)
            + cleanup(api) + environments(api) + failing(api) + pins(api) + freezes(api)
            + secrets(api) + webhooks(api) + events(api) + access(api) + identities(api) + agents(api)
            + problems
            + documents(api)
    }

    private static func node(_ api: APIContext) -> [Route] {
        let node = NodeController(api: api)
        return [
            Route(
                .get,
                "/livez",
                .public,
                "livez",
                "Whether the process answers.",
                answers: [.text(200, "text/plain", "It does.")],
                handler: node.livez
            ),
            Route(
                .get,
                "/readyz",
                .public,
                "readyz",
                "Whether a balancer may send requests here.",
                answers: [
                    .json(200, "Readiness", "It may."), .json(503, "Readiness", "It must not, and why."),
                ],
                handler: node.readyz
            ),
            Route(
                .get,
                "/leader",
                .public,
                "leader",
                "Who leads; 200 from the leader alone.",
                answers: [
                    .json(200, "Leader", "This node leads."), .json(503, "Leader", "Another node leads."),
                ],
                handler: node.leader
            ),
            Route(
                .get,
                "/metrics",
                .public,
                "metrics",
                "Figures of this node in the Prometheus text format.",
                answers: [.text(200, "text/plain", "The figures.")],
                handler: node.metrics
            ),
            Route(
                .get,
                "/openapi.json",
                .public,
                "openapi",
                "This document.",
                answers: [.json(200, "Any", "OpenAPI 3.1.")],
                handler: node.openAPI
            ),
            Route(
                .get,
                "/version",
                .public,
                "version",
                "The version of the node.",
                answers: [.json(200, "ProgramVersion", "The version.")],
                handler: node.version
            ),
            Route(
                .get,
                "/api/v1/cluster",
                .needs(.look),
                "getCluster",
                "The nodes, the leader and how far the scan is.",
                answers: [.json(200, "ClusterStatus", "The cluster.")],
                handler: node.cluster
            ),
            Route(
                .post,
                "/api/v1/nodes/{node}/drain",
                .needs(.administer),
                "drainNode",
                "Takes a node out: it takes no requests and does not lead, until it is taken back.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "Node", "The node as it is now.")],
                handler: node.drain
            ),
            Route(
                .post,
                "/api/v1/nodes/{node}/undrain",
                .needs(.administer),
                "undrainNode",
                "Takes a node back that was drained.",
                parameters: [.idempotencyKey],
                answers: [.json(200, "Node", "The node as it is now.")],
                handler: node.undrain
            ),
        ]
    }

    private static func configuration(_ api: APIContext) -> [Route] {
        let configuration = ConfigurationController(api: api)
        return [
            Route(
                .post,
                "/api/v1/apply",
                .needs(.steerReleases),
                "apply",
                "Makes all documents so, or none of them.",
                parameters: [.dryRun, .idempotencyKey],
                body: .json("ApplyRequest"),
                answers: [.json(200, "ApplyResponse", "What was created, changed and unchanged.")],
                handler: configuration.apply
            ),
            Route(
                .get,
                "/api/v1/environments",
                .needs(.look),
                "listEnvironments",
                "The environments by name.",
                parameters: Route.Parameter.paging,
                answers: [.page("Environment", "A page of them.")],
                handler: configuration.environments
            ),
            Route(
                .get,
                "/api/v1/environments/{environment}",
                .needs(.look),
                "getEnvironment",
                "One environment.",
                parameters: [.ifNoneMatch],
                answers: [.json(200, "Environment", "The environment, with its ETag."), .notModified],
                handler: configuration.environment
            ),
            Route(
                .get,
                "/api/v1/projects",
                .needs(.look),
                "listProjects",
                "The projects by name.",
                parameters: Route.Parameter.paging,
                answers: [.page("Project", "A page of them.")],
                handler: configuration.projects
            ),
            Route(
                .get,
                "/api/v1/projects/{project}",
                .needs(.look),
                "getProject",
                "One project.",
                parameters: [.ifNoneMatch],
                answers: [.json(200, "Project", "The project, with its ETag."), .notModified],
                handler: configuration.project
            ),
            Route(
                .get,
                "/api/v1/triggers",
                .needs(.look),
                "listTriggers",
                "Project triggers, oldest first.",
                parameters: [.project] + Route.Parameter.paging,
                answers: [.page("Trigger", "A page of them.")],
                handler: configuration.triggers
            ),
            Route(
                .post,
                "/api/v1/triggers/preview",
                .needs(.look),
                "previewTriggers",
                "What triggers would have done in the past. Nothing is written.",
                body: .json("TriggerPreviewRequest"),
                answers: [.json(200, "TriggerPreview", "What they would have done, machine by machine.")],
                handler: configuration.previewTriggers
            ),
            Route(
                .delete,
                "/api/v1/triggers/{project}/{trigger}",
                .needs(.configure),
                "deleteTrigger",
                "Deletes a project trigger.",
                parameters: [.ifUnchanged],
                answers: [.nothing("It is deleted.")],
                handler: configuration.deleteTrigger
            ),
        ]
    }
}
