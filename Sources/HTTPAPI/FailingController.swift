import FleetModel
import FleetStore
import Hummingbird

/// Quarantines and circuits: what was given up because it failed, and what lets it be tried again.
struct FailingController: Sendable {
    let api: APIContext

    @Sendable func quarantines(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "quarantines")
        let filter = QuarantineRows.Filter(
            machine: request.query("machine"),
            environment: request.query("environment"),
            project: request.query("project"),
            withReleased: try request.query("past", as: Flag.self) == .true
        )
        let after = try paging.number(or: 0)
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try QuarantineRows.list(filter, after: after, limit: paging.fetch, seen: seen, in: tx)
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func release(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Quarantine> = try context.id("quarantine", of: "quarantine")
        let command = try await Command(request, context)
        let body = try JSONBody.read(APIV1.ReasonRequest.self, schema: "ReasonRequest", from: command.bytes)
        return try await api.answer(command, status: .ok) { tx, changes in
            try FailingCommands.release(id, body, in: tx, &changes)
        }
    }

    @Sendable func circuits(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "circuits")
        let filter = CircuitRows.Filter(
            environment: request.query("environment"),
            project: request.query("project"),
            withClosed: try request.query("past", as: Flag.self) == .true
        )
        let after = try paging.number(or: 0)
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try CircuitRows.list(filter, after: after, limit: paging.fetch, seen: seen, in: tx)
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func close(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Circuit> = try context.id("circuit", of: "circuit")
        let command = try await Command(request, context)
        let body = try JSONBody.read(APIV1.ReasonRequest.self, schema: "ReasonRequest", from: command.bytes)
        return try await api.answer(command, status: .ok) { tx, changes in
            try FailingCommands.close(id, body, in: tx, &changes)
        }
    }
}
