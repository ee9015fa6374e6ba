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
        doors(web) + fleet(web) + work(web) + live(web)
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
        let machines = MachinePages(web: web)
        let projects = ProjectPages(web: web)
        let join = JoinPages(web: web)
        return [
            Page(.get, "/", .look, DashboardPage(web: web).show),
            Page(.get, "/machines", .look, machines.list),
            Page(.get, "/machines/{machine}", .look, machines.show),
            Page(.get, "/environments", .look, EnvironmentPages(web: web).list),
            Page(.get, "/projects", .look, projects.list),
            Page(.get, "/projects/{project}", .look, projects.show),
            Page(.get, "/join", .look, join.form),
            Page(.post, "/join", .makeToken, join.make),
        ]
    }

    private static func work(_ web: WebContext) -> [Page] {
        let deployments = DeploymentPages(web: web)
        let events = EventPages(web: web)
        return [
            Page(.get, "/deployments", .look, deployments.list),
            Page(.get, "/deployments/{deployment}", .look, deployments.show),
            Page(.get, "/deployments/{deployment}/log", .look, deployments.wholeLog),
            Page(.post, "/deployments/{deployment}/cancel", .cancelDeployment, deployments.cancel),
            Page(.get, "/events", .look, events.list),
            Page(.get, "/decisions", .look, events.decisions),
            Page(.get, "/cluster", .look, ClusterPage(web: web).show),
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
