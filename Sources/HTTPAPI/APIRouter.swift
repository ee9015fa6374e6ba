import FleetModel
import FleetStore
import HTTPTypes
import Hummingbird
import HummingbirdCore

/// Makes the router from the table of routes: nothing answers that is not in the table, and nobody gets past
/// a route's guard. The pages have a table and a guard of their own.
enum APIRouter {
    static func router(
        _ api: APIContext,
        routes: [Route],
        pages: RouteCollection<APIRequestContext>? = nil
    ) -> Router<APIRequestContext> {
        let gate = Gate(api: api)
        let router = Router(context: APIRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: AccessLog())
        router.add(middleware: RequestMeter(metrics: api.requests))
        router.add(middleware: ErrorAnswers(routes: routes))
        for route in routes {
            let more = route.deprecation?.headers ?? [:]
            router.on(RouterPath(route.path), method: route.method) { request, context in
                var context = context
                context.caller = try await gate.admit(request, context, to: route)
                var response = try await api.refusals.recording(
                    context.caller.principal,
                    at: "\(route.method) \(route.path)",
                    in: api.store
                ) {
                    try await route.handler(request, context)
                }
                response.headers.append(contentsOf: more)
                return response
            }
        }
        if let pages { router.addRoutes(pages) }
        return router
    }
}
