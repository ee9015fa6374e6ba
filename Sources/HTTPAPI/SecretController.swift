import FleetModel
import FleetStore
import Hummingbird

/// Secrets of projects: set, listed without their values, deleted.
struct SecretController: Sendable {
    let api: APIContext

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("project")
        let paging = try Paging(request, list: "secrets")
        let after = paging.position.map(SecretRows.Position.init(text:))
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try SecretRows.list(
                of: try SubjectLookup.project(name, seen: seen, in: tx),
                after: after,
                limit: paging.fetch,
                seen: seen,
                in: tx
            )
        }
        return try .json(paging.page(rows) { SecretRows.Position($0).text })
    }

    /// Not a `Command`: an Idempotency-Key would leave a hash of the body in the database, and what is short can be found from
    /// its hash. Setting it twice is harmless.
    @Sendable func set(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let secret = try name(request, context)
        let body = try JSONBody.read(
            APIV1.SecretRequest.self,
            schema: "SecretRequest",
            from: try await request.bytes()
        )
        let keys = api.secretKeys
        let answer = try await api.store.unitOfWork(by: context.caller.principal, trace: context.trace) {
            tx,
            changes in
            try SecretCommands.set(secret, to: body.value, with: keys, in: tx, &changes)
        }
        return try .json(answer)
    }

    @Sendable func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let secret = try name(request, context)
        try await api.store.unitOfWork(by: context.caller.principal, trace: context.trace) { tx, changes in
            try SecretCommands.delete(secret, in: tx, &changes)
        }
        return .nothing
    }

    private func name(
        _ request: Request,
        _ context: APIRequestContext
    ) throws -> SecretCommands.Name {
        SecretCommands.Name(
            project: try context.parameter("project"),
            environment: request.query("environment"),
            name: try context.parameter("secret")
        )
    }
}

extension SecretRows.Position {
    /// No name has a blank in it.
    fileprivate init(text: String) {
        let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(name: String(parts[0]), environment: parts.count > 1 ? String(parts[1]) : "")
    }

    fileprivate init(_ secret: Secret) {
        self.init(name: secret.name, environment: secret.environment ?? "")
    }

    fileprivate var text: String { "\(name) \(environment)" }
}
