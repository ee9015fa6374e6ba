import FleetModel
import FleetStore
import Hummingbird

/// Freezes: applied as documents, read and deleted here.
struct FreezeController: Sendable {
    let api: APIContext

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "freezes")
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try FreezeRows.list(after: paging.position ?? "", limit: paging.fetch, seen: seen, in: tx)
        }
        return try .json(paging.page(rows, position: \.name))
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("freeze")
        return try await ConfigurationAnswers(api: api).show(.freeze, name, request, context)
    }

    @Sendable func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("freeze")
        try await api.store.deleteFreeze(
            name,
            if: try ConfigurationCondition(request),
            by: context.caller.principal
        )
        return .nothing
    }
}
