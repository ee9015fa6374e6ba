import FleetModel
import HTTPTypes
import Hummingbird

/// One page: where it is, what it takes to see it or do it, and what answers.
struct Page: Sendable {
    let method: HTTPRequest.Method
    let path: String
    /// There is no default: a page without an answer to who may use it cannot be written down.
    let access: PageAccess
    let handler: @Sendable (PageRequest) async throws -> Response

    /// Names it in the record of refusals.
    var route: String { "\(method) \(path)" }

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: PageAccess,
        _ handler: @escaping @Sendable (PageRequest) async throws -> Response
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.handler = handler
    }
}

/// The table of all pages. What is not here does not answer.
enum PageTable {
    static func all(_ web: WebContext) -> [Page] {
        doors(web) + access(web) + fleet(web) + machines(web) + environments(web) + projects(web) + work(web)
            + webhooks(web) + live(web)
    }

    private static func doors(_ web: WebContext) -> [Page] {
        let door = SignInPages(web: web)
        let provider = ProviderPages(web: web)
        return [
            Page(.get, "/assets/{asset}", .open, web.assets.answer),
            Page(.get, "/sign-in", .open, door.form),
            Page(.post, "/sign-in", .open, door.signIn),
            Page(.get, "/sign-in/oidc", .open, provider.begin),
            Page(.get, ProviderDoor.callback, .open, provider.callback),
            Page(.get, "/no-role", .known, provider.noRole),
            Page(.post, "/sign-out", .known, door.signOut),
        ]
    }

    private static func access(_ web: WebContext) -> [Page] {
        let account = AccountPages(web: web)
        let people = PeoplePages(web: web)
        let person = PersonPages(web: web)
        let keys = KeyPages(web: web)
        let key = KeyGrantPages(web: web)
        return [
            Page(.get, "/account", .known, account.show),
            Page(.post, "/account/sessions/others/end", .known, account.endOthers),
            Page(.post, "/account/sessions/{session}/end", .known, account.end),
            Page(.post, "/account/password", .known, account.changePassword),
            Page(.post, "/account/keys", .known, account.makeKey),
            Page(.post, "/account/keys/{key}/rotate", .known, account.rotateKey),
            Page(.post, "/account/keys/{key}/revoke", .known, account.revokeKey),
            Page(.get, "/keys", .needs(.administer), keys.list),
            Page(.post, "/keys", .needs(.administer), keys.make),
            Page(.get, "/keys/{key}", .needs(.administer), key.show),
            Page(.post, "/keys/{key}/grants", .needs(.administer), key.grant),
            Page(.post, "/keys/{key}/grants/take-back", .needs(.administer), key.takeBack),
            Page(.post, "/keys/{key}/rotate", .needs(.administer), keys.rotate),
            Page(.post, "/keys/{key}/revoke", .needs(.administer), keys.revoke),
            Page(.get, "/people", .needs(.administer), people.list),
            Page(.post, "/people", .needs(.administer), people.make),
            Page(.get, "/people/{person}", .needs(.administer), person.show),
            Page(.post, "/people/{person}/grants", .needs(.administer), person.grant),
            Page(.post, "/people/{person}/grants/take-back", .needs(.administer), person.takeBack),
            Page(.post, "/people/{person}/password", .needs(.administer), person.makePassword),
            Page(.post, "/people/{person}/disable", .needs(.administer), person.disable),
            Page(.post, "/people/{person}/enable", .needs(.administer), person.enable),
            Page(.post, "/people/{person}/sessions/end", .needs(.administer), person.endSessions),
        ]
    }

    private static func fleet(_ web: WebContext) -> [Page] {
        let join = JoinPages(web: web)
        let policies = PolicyPages(web: web)
        return [
            Page(.get, "/", .needs(.look), DashboardPage(web: web).show),
            Page(.get, "/policies", .needs(.look), policies.list),
            Page(.get, "/policies/{policy}", .needs(.look), policies.show),
            Page(.post, "/policies/{policy}/allow-cleanup", .needs(.operateMachines), policies.allowCleanup),
            Page(.get, "/join", .needs(.look), join.form),
            Page(.post, "/join", .needs(.makeToken), join.make),
            Page(.post, "/join/tokens/{token}/revoke", .needs(.makeToken), join.revoke),
        ]
    }

    private static func machines(_ web: WebContext) -> [Page] {
        let machines = MachinePages(web: web)
        let actions = MachineActions(web: web)
        return [
            Page(.get, "/machines", .needs(.look), machines.list),
            Page(.post, "/machines", .needs(.operateMachines), actions.several),
            Page(.get, "/machines/{machine}", .needs(.look), machines.show),
            Page(.post, "/machines/{machine}", .needs(.operateMachines), actions.one),
            Page(.post, "/machines/{machine}/delete", .needs(.operateMachines), actions.delete),
            Page(.post, "/machines/{machine}/restore", .needs(.operateMachines), actions.restore),
            Page(
                .post,
                "/quarantines/{quarantine}/release",
                .needs(.steerReleases),
                actions.releaseQuarantine
            ),
        ]
    }

    private static func environments(_ web: WebContext) -> [Page] {
        let pages = EnvironmentPages(web: web)
        let actions = EnvironmentActions(web: web)
        let freezes = FreezePages(web: web)
        return [
            Page(.get, "/environments", .needs(.look), pages.list),
            Page(.get, "/environments/{environment}", .needs(.look), pages.show),
            Page(.post, "/environments/{environment}/extend", .needs(.operateEnvironments), actions.extend),
            Page(.post, "/environments/{environment}/protect", .needs(.operateEnvironments), actions.protect),
            Page(.post, "/environments/{environment}/delete", .needs(.operateEnvironments), actions.delete),
            Page(.post, "/environments/{environment}/pins", .needs(.steerReleases), actions.pin),
            Page(
                .post,
                "/environments/{environment}/pins/{pin}/remove",
                .needs(.steerReleases),
                actions.unpin
            ),
            Page(
                .post,
                "/environments/{environment}/circuits/{circuit}/close",
                .needs(.steerReleases),
                actions.closeCircuit
            ),
            Page(.get, "/freezes", .needs(.look), freezes.list),
            Page(.post, "/freezes", .needs(.steerReleases), freezes.make),
            Page(.post, "/freezes/{freeze}/delete", .needs(.steerReleases), freezes.delete),
        ]
    }

    private static func projects(_ web: WebContext) -> [Page] {
        let projects = ProjectPages(web: web)
        let triggers = TriggerPages(web: web)
        let secrets = SecretPages(web: web)
        return [
            Page(.get, "/projects", .needs(.look), projects.list),
            Page(.get, "/projects/{project}", .needs(.look), projects.show),
            Page(.get, "/projects/{project}/triggers", .needs(.look), triggers.new),
            Page(.get, "/projects/{project}/triggers/{trigger}", .needs(.look), triggers.show),
            Page(.post, "/projects/{project}/triggers", .needs(.configure), triggers.save),
            Page(.post, "/projects/{project}/triggers/try", .needs(.look), triggers.tryOut),
            Page(.post, "/projects/{project}/triggers/{trigger}/delete", .needs(.configure), triggers.delete),
            Page(.post, "/projects/{project}/secrets", .needs(.configure), secrets.set),
            Page(.post, "/projects/{project}/secrets/{secret}/delete", .needs(.configure), secrets.delete),
        ]
    }

    private static func work(_ web: WebContext) -> [Page] {
        let deployments = DeploymentPages(web: web)
        let actions = DeploymentActions(web: web)
        let events = EventPages(web: web)
        let cluster = ClusterPage(web: web)
        return [
            Page(.get, "/deployments", .needs(.look), deployments.list),
            Page(.get, "/deployments/{deployment}", .needs(.look), deployments.show),
            Page(.get, "/deployments/{deployment}/log", .needs(.look), deployments.wholeLog),
            Page(.post, "/deployments/{deployment}/cancel", .needs(.deploy), actions.cancel),
            Page(.post, "/deployments/{deployment}/retry", .needs(.deploy), actions.retry),
            Page(.post, "/deployments/{deployment}/redeploy", .needs(.deploy), actions.redeploy),
            Page(.post, "/deployments/{deployment}/decide", .needs(.approve), actions.decide),
            Page(.get, "/events", .needs(.look), events.list),
            Page(.get, "/decisions", .needs(.look), events.decisions),
            Page(.get, "/cluster", .needs(.look), cluster.show),
            Page(.post, "/cluster/nodes/{node}/drain", .needs(.administer), cluster.drain),
            Page(.post, "/cluster/nodes/{node}/undrain", .needs(.administer), cluster.undrain),
        ]
    }

    private static func webhooks(_ web: WebContext) -> [Page] {
        let webhooks = WebhookPages(web: web)
        return [
            Page(.get, "/webhooks", .needs(.configure), webhooks.list),
            Page(.get, "/webhooks/{webhook}", .needs(.configure), webhooks.show),
            Page(.post, "/webhooks/{webhook}/ping", .needs(.configure), webhooks.ping),
            Page(.post, "/webhooks/{webhook}/replay", .needs(.configure), webhooks.replayFailed),
            Page(
                .post,
                "/webhooks/{webhook}/deliveries/{delivery}/replay",
                .needs(.configure),
                webhooks.replay
            ),
        ]
    }

    private static func live(_ web: WebContext) -> [Page] {
        let streams = LivePages(web: web)
        return [
            Page(.get, "/live/events", .needs(.look), streams.events),
            Page(.get, "/live/deployments/{deployment}/log", .needs(.look), streams.log),
        ]
    }
}
