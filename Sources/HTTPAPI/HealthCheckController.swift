import FleetModel
import FleetStore
import Hummingbird

/// Health checks of a machine: asked for, listed, read.
struct HealthCheckController: Sendable {
    let api: APIContext

    @Sendable func request(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let machine = try context.parameter("machine")
        let command = try await Command(request, context)
        let actor = command.caller.actor
        return try await api.answer(command, status: .created) { tx, changes in
            try HealthCheckRequest.run(machine, by: actor, in: tx, &changes)
        }
    }

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("machine")
        let paging = try Paging(request, list: "checks")
        let before = ID<HealthCheck>(try paging.number(or: Int64.max))
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            let machine = try SubjectLookup.machine(name, seen: seen, in: tx)
            return try HealthCheckRows.list(of: machine, before: before, limit: paging.fetch, in: tx)
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("machine")
        let id: ID<HealthCheck> = try context.id("check", of: "health check")
        let found = try await api.store.look(as: context.caller.principal) { tx, seen in
            try HealthCheckRows.find(id, of: try SubjectLookup.machine(name, seen: seen, in: tx), in: tx)
        }
        guard let found else { throw StoreError.notFound(what: "health check of \(name)", which: "\(id)") }
        return try .json(found)
    }
}
