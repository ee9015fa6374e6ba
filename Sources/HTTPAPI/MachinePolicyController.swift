import FleetModel
import FleetStore
import Hummingbird

/// Machine policies: applied as documents, read and deleted here.
struct MachinePolicyController: Sendable {
    let api: APIContext

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "machine-policies")
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try MachinePolicyRows.list(
                after: paging.position ?? "",
                limit: paging.fetch,
                seen: seen,
                in: tx
            )
        }
        return try .json(paging.page(rows, position: \.name))
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("policy")
        return try await ConfigurationAnswers(api: api).show(.machinePolicy, name, request, context)
    }

    @Sendable func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("policy")
        try await api.store.deleteMachinePolicy(
            name,
            if: try ConfigurationCondition(request),
            by: context.caller.principal
        )
        return .nothing
    }
}
