import FleetStore
package import HTTPAPI
package import Hummingbird
import Postgres

/// The pages that people use, served by every node beside the API.
package struct WebUI: Sendable {
    private let web: WebContext

    /// `provider` is where people may sign in as well; nil: nowhere.
    package init(api: APIContext, provider: ProviderDoor? = nil) throws {
        web = WebContext(
            api: api,
            templates: try Templates(),
            assets: Assets(),
            throttle: SignInThrottle(),
            provider: provider
        )
    }

    /// One entry for each row of the table of pages: nobody gets past the guard, and every answer has the headers that
    /// keep a page to itself.
    package var routes: RouteCollection<APIRequestContext> {
        let guardian = Guardian(web: web)
        let routes = RouteCollection(context: APIRequestContext.self)
        routes.add(middleware: PageErrors(templates: web.templates, node: web.api.store.node))
        for page in PageTable.all(web) {
            routes.on(RouterPath(page.path), method: page.method) { request, context in
                let admitted = try await guardian.admit(request, context, to: page)
                return try await web.api.refusals.recording(
                    admitted.principal,
                    at: page.route,
                    in: web.api.store
                ) {
                    try await page.handler(admitted)
                }
            }
        }
        return routes
    }
}

/// What the handlers of pages use.
struct WebContext: Sendable {
    let api: APIContext
    let templates: Templates
    let assets: Assets
    let throttle: SignInThrottle
    let provider: ProviderDoor?

    /// Reads for whoever is signed in.
    func look<Value: Sendable>(
        _ request: PageRequest,
        _ body: @escaping @Sendable (borrowing Transaction, Seen) throws -> Value
    ) async throws -> Value {
        try await api.store.look(as: request.principal, body)
    }
}
