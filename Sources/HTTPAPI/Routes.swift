import HTTPTypes

/// The table of all routes. What is not here does not answer.
enum Routes {
    static func all(_ api: APIContext) -> [Route] {
        node(api) + configuration(api) + machines(api) + tokens(api) + packages(api) + releases(api)
            + deployments(api)
            + events(api) + agents(api)
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
                .apiKey,
                "getCluster",
                "The nodes, the leader and how far the scan is.",
                answers: [.json(200, "ClusterStatus", "The cluster.")],
                handler: node.cluster
            ),
        ]
    }

    private static func configuration(_ api: APIContext) -> [Route] {
        let configuration = ConfigurationController(api: api)
        return [
            Route(
                .post,
                "/api/v1/apply",
                .apiKey,
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
                .apiKey,
                "listEnvironments",
                "The environments by name.",
                parameters: Route.Parameter.paging,
                answers: [.page("Environment", "A page of them.")],
                handler: configuration.environments
            ),
            Route(
                .get,
                "/api/v1/environments/{environment}",
                .apiKey,
                "getEnvironment",
                "One environment.",
                answers: [.json(200, "Environment", "The environment.")],
                handler: configuration.environment
            ),
            Route(
                .get,
                "/api/v1/projects",
                .apiKey,
                "listProjects",
                "The projects by name.",
                parameters: Route.Parameter.paging,
                answers: [.page("Project", "A page of them.")],
                handler: configuration.projects
            ),
            Route(
                .get,
                "/api/v1/projects/{project}",
                .apiKey,
                "getProject",
                "One project.",
                answers: [.json(200, "Project", "The project.")],
                handler: configuration.project
            ),
            Route(
                .get,
                "/api/v1/triggers",
                .apiKey,
                "listTriggers",
                "Project triggers, oldest first.",
                parameters: [.project] + Route.Parameter.paging,
                answers: [.page("Trigger", "A page of them.")],
                handler: configuration.triggers
            ),
            Route(
                .delete,
                "/api/v1/triggers/{project}/{trigger}",
                .apiKey,
                "deleteTrigger",
                "Deletes a project trigger.",
                answers: [.nothing("It is deleted.")],
                handler: configuration.deleteTrigger
            ),
        ]
    }

    private static func machines(_ api: APIContext) -> [Route] {
        let machines = MachineController(api: api)
        return [
            Route(
                .get,
                "/api/v1/machines",
                .apiKey,
                "listMachines",
                "Machines, oldest first.",
                parameters: [.environment, .role, .health] + Route.Parameter.paging,
                answers: [.page("Machine", "A page of them.")],
                handler: machines.list
            ),
            Route(
                .get,
                "/api/v1/machines/{machine}",
                .apiKey,
                "getMachine",
                "One machine, by name or id.",
                answers: [.json(200, "Machine", "The machine, its version as ETag.")],
                handler: machines.show
            ),
            Route(
                .patch,
                "/api/v1/machines/{machine}",
                .apiKey,
                "changeMachine",
                "Enables or disables a machine, moves it, or gives it other roles.",
                parameters: [.ifMatch],
                body: .json("MachineChange"),
                answers: [.json(200, "Machine", "The machine as it is now.")],
                handler: machines.change
            ),
            Route(
                .delete,
                "/api/v1/machines/{machine}",
                .apiKey,
                "deleteMachine",
                "Takes a machine out of the fleet.",
                parameters: [.ifMatch],
                answers: [.nothing("It is deleted.")],
                handler: machines.delete
            ),
            Route(
                .get,
                "/api/v1/machines/{machine}/explain",
                .apiKey,
                "explainMachine",
                "What should be on a machine, what is on it, and why.",
                parameters: [.project],
                answers: [.json(200, "Explanation", "The answer, project by project.")],
                handler: machines.explain
            ),
        ]
    }

    private static func tokens(_ api: APIContext) -> [Route] {
        let tokens = TokenController(api: api)
        return [
            Route(
                .post,
                "/api/v1/tokens",
                .apiKey,
                "createToken",
                "Makes a join token; the only answer that shows it.",
                parameters: [.idempotencyKey],
                body: .json("TokenRequest"),
                answers: [.json(201, "Token", "The token.")],
                handler: tokens.create
            ),
            Route(
                .get,
                "/api/v1/tokens",
                .apiKey,
                "listTokens",
                "Join tokens, oldest first, without their secrets.",
                parameters: Route.Parameter.paging,
                answers: [.page("Token", "A page of them.")],
                handler: tokens.list
            ),
            Route(
                .delete,
                "/api/v1/tokens/{token}",
                .apiKey,
                "revokeToken",
                "Revokes a join token.",
                answers: [.nothing("Nobody joins with it any more.")],
                handler: tokens.revoke
            ),
        ]
    }

    private static func packages(_ api: APIContext) -> [Route] {
        let packages = PackageController(api: api)
        return [
            Route(
                .put,
                "/api/v1/packages/{name}/{version}",
                .apiKey,
                "pushPackage",
                "Pushes a package.",
                parameters: [.contentDigest],
                body: .bytes(mediaType: "application/gzip"),
                answers: [
                    .json(201, "Package", "It is stored."),
                    .json(200, "Package", "The same bytes were there already."),
                ],
                handler: packages.push
            ),
            Route(
                .get,
                "/api/v1/packages",
                .apiKey,
                "listPackages",
                "Packages, oldest first.",
                parameters: [.packageName] + Route.Parameter.paging,
                answers: [.page("Package", "A page of them.")],
                handler: packages.list
            ),
        ]
    }

    private static func releases(_ api: APIContext) -> [Route] {
        let releases = ReleaseController(api: api)
        return [
            Route(
                .post,
                "/api/v1/projects/{project}/releases",
                .apiKey,
                "createRelease",
                "Freezes the project's process and variables into a release.",
                parameters: [.idempotencyKey],
                body: .json("ReleaseRequest"),
                answers: [.json(201, "Release", "The release.")],
                handler: releases.create
            ),
            Route(
                .get,
                "/api/v1/projects/{project}/releases",
                .apiKey,
                "listReleases",
                "Releases, newest first.",
                parameters: Route.Parameter.paging,
                answers: [.page("Release", "A page of them.")],
                handler: releases.list
            ),
            Route(
                .get,
                "/api/v1/projects/{project}/releases/{version}",
                .apiKey,
                "getRelease",
                "One release.",
                answers: [.json(200, "Release", "The release.")],
                handler: releases.show
            ),
        ]
    }

    private static func deployments(_ api: APIContext) -> [Route] {
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

    private static func events(_ api: APIContext) -> [Route] {
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

    private static func agents(_ api: APIContext) -> [Route] {
        let joining = AgentJoinController(api: api)
        let work = AgentWorkController(api: api)
        let packages = PackageController(api: api)
        return [
            Route(
                .post,
                "/agent/v1/join",
                .provenInBody,
                "agentJoin",
                "A machine joins with a token.",
                body: .json("Any"),
                answers: [.json(201, "Any", "Who it is now.")],
                handler: joining.join
            ),
            Route(
                .post,
                "/agent/v1/session",
                .provenInBody,
                "agentSession",
                "An agent opens a session with its key.",
                body: .json("Any"),
                answers: [.json(200, "Any", "The session.")],
                handler: joining.session
            ),
            Route(
                .post,
                "/agent/v1/poll",
                .agentSession,
                "agentPoll",
                "Held until there is work.",
                body: .json("Any"),
                answers: [.json(200, "Any", "Work, or nothing.")],
                handler: work.poll
            ),
            Route(
                .post,
                "/agent/v1/steps/{step}/accept",
                .agentSession,
                "agentAccept",
                "Takes an offered step.",
                body: .json("Any"),
                answers: [.nothing("It is this agent's.")],
                handler: work.accept
            ),
            Route(
                .patch,
                "/agent/v1/steps/{step}/log",
                .agentSession,
                "agentLog",
                "Appends to a step's log.",
                parameters: [.fence, .offset],
                body: .bytes(mediaType: "application/octet-stream"),
                answers: [.json(200, "Any", "How much there is.")],
                handler: work.log
            ),
            Route(
                .post,
                "/agent/v1/steps/{step}/result",
                .agentSession,
                "agentResult",
                "How a step ended.",
                body: .json("Any"),
                answers: [.nothing("It is recorded.")],
                handler: work.result
            ),
            Route(
                .get,
                "/agent/v1/packages/{sha256}",
                .agentSession,
                "agentPackage",
                "A package that an open run of the machine installs.",
                parameters: [.range],
                answers: [
                    .text(200, "application/gzip", "The package."),
                    .text(206, "application/gzip", "A part of it."),
                ],
                handler: packages.fetch
            ),
            Route(
                .post,
                "/agent/v1/goodbye",
                .agentSession,
                "agentGoodbye",
                "The agent ends in good order.",
                answers: [.nothing("The machine is unavailable.")],
                handler: work.goodbye
            ),
        ]
    }
}
