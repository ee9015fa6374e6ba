import FleetModel
import FleetRules
import FleetStore
import Hummingbird

/// What somebody may ask about himself.
struct WhoAmIController: Sendable {
    let api: APIContext

    @Sendable func whoAmI(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try .json(APIV1.WhoAmI(context.caller.principal))
    }

    /// The same function as the routes ask. Without an environment or a project: in all of them.
    @Sendable func canI(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        guard let right = try request.query("right", as: Right.self) else {
            let words = Right.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.badRequest("query.right", "is missing, and must be one of \(words)")
        }
        let place = AccessPlace(
            environment: request.query("environment").map(AccessPlace.Extent.named) ?? .every,
            project: request.query("project").map(AccessPlace.Extent.named) ?? .every
        )
        let answer = Authorization.decide(context.caller.principal, right, at: place)
        guard case .refused(let why) = answer else {
            return try .json(APIV1.CanI(right: right, allowed: true, reason: nil))
        }
        return try .json(APIV1.CanI(right: right, allowed: false, reason: why))
    }
}
