import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The streams that keep a page up to date; a browser without JavaScript never asks for them.
struct LivePages: Sendable {
    let web: WebContext

    @Sendable func events(_ request: PageRequest) async throws -> Response {
        try await LiveStreams(api: web.api).events(
            request.request,
            request.context,
            as: request.principal
        )
    }

    @Sendable func log(_ request: PageRequest) async throws -> Response {
        guard let step = request.number("step"), let offset = request.number("offset"), offset >= 0 else {
            throw StoreError.invalid(field: "query", "step and offset say what to follow, and from where")
        }
        return try await LiveStreams(api: web.api).log(
            of: try request.context.id("deployment", of: "deployment"),
            step: ID(step),
            from: offset,
            request.request,
            request.context,
            as: request.principal
        )
    }
}
