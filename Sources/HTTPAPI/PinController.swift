import FleetModel
import FleetStore
import Hummingbird

/// Which release should be on machines: pins, what environments have had, and the way back.
struct PinController: Sendable {
    let api: APIContext

    @Sendable func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let body = try JSONBody.read(APIV1.PinRequest.self, schema: "PinRequest", from: command.bytes)
        let actor = command.caller.actor
        return try await api.answer(command, status: .created) { tx, changes in
            try PinCommands.create(body, by: actor, in: tx, &changes)
        }
    }

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "pins")
        let filter = PinRows.Filter(
            project: request.query("project"),
            environment: request.query("environment"),
            machine: request.query("machine"),
            withEnded: try request.query("past", as: Flag.self) == .true
        )
        let after = try paging.number(or: 0)
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try PinRows.list(filter, after: after, limit: paging.fetch, seen: seen, in: tx)
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func remove(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Pin> = try context.id("pin", of: "pin")
        let command = try await Command(request, context)
        let body = try JSONBody.read(APIV1.ReasonRequest.self, schema: "ReasonRequest", from: command.bytes)
        return try await api.answer(command, status: .ok) { tx, changes in
            try PinCommands.remove(id, body, in: tx, &changes)
        }
    }

    @Sendable func environmentReleases(
        _ request: Request,
        _ context: APIRequestContext
    ) async throws -> Response {
        let name = try context.parameter("environment")
        let paging = try Paging(request, list: "environment-releases")
        let project = request.query("project")
        let before = try paging.number(or: .max)
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try EnvironmentReleaseRows.history(
                environment: name,
                project: project,
                before: before,
                limit: paging.fetch,
                seen: seen,
                in: tx
            )
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func mark(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let id: ID<Deployment> = try context.id("deployment", of: "deployment")
        let command = try await Command(request, context)
        let body = try JSONBody.read(APIV1.ReasonRequest.self, schema: "ReasonRequest", from: command.bytes)
        let actor = command.caller.actor
        return try await api.answer(command, status: .ok) { tx, changes in
            try DeploymentCommands.mark(id, body, by: actor, in: tx, &changes)
        }
    }

    @Sendable func rollBack(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let body = try JSONBody.read(
            APIV1.RollbackRequest.self,
            schema: "RollbackRequest",
            from: command.bytes
        )
        let actor = command.caller.actor
        return try await api.answer(command, status: .created) { tx, changes in
            try DeploymentCommands.rollBack(body, by: actor, in: tx, &changes)
        }
    }
}
