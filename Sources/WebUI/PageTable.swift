import HTTPTypes
import Hummingbird

/// One page: where it is, what it takes to see it or do it, and what answers.
struct Page: Sendable {
    let method: HTTPRequest.Method
    let path: String
    /// There is no default: a page without an answer to who may use it cannot be written down.
    let action: Action
    let handler: @Sendable (PageRequest) async throws -> Response

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ action: Action,
        _ handler: @escaping @Sendable (PageRequest) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.action = action
        self.handler = handler
    }
}

/// The table of all pages. What is not here does not answer.
enum PageTable {
    static func all(_ web: WebContext) -> [Page] {
        doors(web) + fleet(web) + machines(web) + environments(web) + projects(web) + work(web)
            + webhooks(web) + live(web)
    }

    private static func doors(_ web: WebContext) -> [Page] {
        let door = SignInPages(web: web)
        return [
            Page(.get, "/assets/{asset}", .open, web.assets.answer),
            Page(.get, "/sign-in", .open, door.form),
            Page(.post, "/sign-in", .open, door.signIn),
            Page(.post, "/sign-out", .signOut, door.signOut),
        ]
    }

    private static func fleet(_ web: WebContext) -> [Page] {
        let join = JoinPages(web: web)
        let policies = PolicyPages(web: web)
        return [
            Page(.get, "/", .look, DashboardPage(web: web).show),
            Page(.get, "/policies", .look, policies.list),
            Page(.get, "/policies/{policy}", .look, policies.show),
            Page(.post, "/policies/{policy}/allow-cleanup", .operateMachines, policies.allowCleanup),
            Page(.get, "/join", .look, join.form),
            Page(.post, "/join", .makeToken, join.make),
            Page(.post, "/join/tokens/{token}/revoke", .makeToken, join.revoke),
        ]
    }

    private static func machines(_ web: WebContext) -> [Page] {
        let machines = MachinePages(web: web)
        let actions = MachineActions(web: web)
        return [
            Page(.get, "/machines", .look, machines.list),
            Page(.post, "/machines", .operateMachines, actions.several),
            Page(.get, "/machines/{machine}", .look, machines.show),
            Page(.post, "/machines/{machine}", .operateMachines, actions.one),
            Page(.post, "/machines/{machine}/delete", .operateMachines, actions.delete),
            Page(.post, "/machines/{machine}/restore", .operateMachines, actions.restore),
            Page(.post, "/quarantines/{quarantine}/release", .steerReleases, actions.releaseQuarantine),
        ]
    }

    private static func environments(_ web: WebContext) -> [Page] {
        let pages = EnvironmentPages(web: web)
        let actions = EnvironmentActions(web: web)
        let freezes = FreezePages(web: web)
        return [
            Page(.get, "/environments", .look, pages.list),
            Page(.get, "/environments/{environment}", .look, pages.show),
            Page(.post, "/environments/{environment}/extend", .operateEnvironments, actions.extend),
            Page(.post, "/environments/{environment}/protect", .operateEnvironments, actions.protect),
            Page(.post, "/environments/{environment}/delete", .operateEnvironments, actions.delete),
            Page(.post, "/environments/{environment}/pins", .steerReleases, actions.pin),
            Page(.post, "/environments/{environment}/pins/{pin}/remove", .steerReleases, actions.unpin),
            Page(
                .post,
                "/environments/{environment}/circuits/{circuit}/close",
                .steerReleases,
                actions.closeCircuit
            ),
            Page(.get, "/freezes", .look, freezes.list),
            Page(.post, "/freezes", .steerReleases, freezes.make),
            Page(.post, "/freezes/{freeze}/delete", .steerReleases, freezes.delete),
        ]
    }

    private static func projects(_ web: WebContext) -> [Page] {
        let projects = ProjectPages(web: web)
        let triggers = TriggerPages(web: web)
        return [
            Page(.get, "/projects", .look, projects.list),
            Page(.get, "/projects/{project}", .look, projects.show),
            Page(.get, "/projects/{project}/triggers", .look, triggers.new),
            Page(.get, "/projects/{project}/triggers/{trigger}", .look, triggers.show),
            Page(.post, "/projects/{project}/triggers", .configure, triggers.save),
            Page(.post, "/projects/{project}/triggers/try", .look, triggers.tryOut),
            Page(.post, "/projects/{project}/triggers/{trigger}/delete", .configure, triggers.delete),
        ]
    }

    private static func work(_ web: WebContext) -> [Page] {
        let deployments = DeploymentPages(web: web)
        let actions = DeploymentActions(web: web)
        let events = EventPages(web: web)
        return [
            Page(.get, "/deployments", .look, deployments.list),
            Page(.get, "/deployments/{deployment}", .look, deployments.show),
            Page(.get, "/deployments/{deployment}/log", .look, deployments.wholeLog),
            Page(.post, "/deployments/{deployment}/cancel", .deploy, actions.cancel),
            Page(.post, "/deployments/{deployment}/retry", .deploy, actions.retry),
            Page(.post, "/deployments/{deployment}/redeploy", .deploy, actions.redeploy),
            Page(.post, "/deployments/{deployment}/decide", .approve, actions.decide),
            Page(.get, "/events", .look, events.list),
            Page(.get, "/decisions", .look, events.decisions),
            Page(.get, "/cluster", .look, ClusterPage(web: web).show),
        ]
    }

    private static func webhooks(_ web: WebContext) -> [Page] {
        let webhooks = WebhookPages(web: web)
        return [
            Page(.get, "/webhooks", .configure, webhooks.list),
            Page(.get, "/webhooks/{webhook}", .configure, webhooks.show),
            Page(.post, "/webhooks/{webhook}/ping", .configure, webhooks.ping),
            Page(.post, "/webhooks/{webhook}/replay", .configure, webhooks.replayFailed),
            Page(.post, "/webhooks/{webhook}/deliveries/{delivery}/replay", .configure, webhooks.replay),
        ]
    }

    private static func live(_ web: WebContext) -> [Page] {
        let streams = LivePages(web: web)
        return [
            Page(.get, "/live/events", .look, streams.events),
            Page(.get, "/live/deployments/{deployment}/log", .look, streams.log),
        ]
    }
}
