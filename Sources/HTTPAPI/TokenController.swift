import FleetModel
import FleetStore
import FoundationEssentials
import Hummingbird

/// Join tokens.
struct TokenController: Sendable {
    let api: APIContext

    /// The token itself is in no stored answer: with an Idempotency-Key it is derived from the caller's own
    /// API key, so that repeating the request shows the same token although only its hash is kept.
    @Sendable func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let body = try JSONBody.read(APIV1.TokenRequest.self, schema: "TokenRequest", from: command.bytes)
        let secret = command.newSecret(.join)
        let actor = command.caller.actor
        let answer = try await api.stored(command, status: .created) { tx, changes in
            try TokenCommand.create(body, secret: secret, by: actor, in: tx, &changes)
        }
        var token = try JSONText.decode(APIV1.Token.self, from: answer.body)
        guard token.prefix == secret.prefix else {
            throw Problem.keyReused(
                "the Idempotency-Key was used with another API key of the same name: send a new key"
            )
        }
        token.token = secret.text
        return try .json(token, status: .created)
    }

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "tokens")
        let after = try paging.number(or: 0)
        let rows = try await api.store.look(as: context.caller.principal) { tx, seen in
            try TokenRows.list(after: after, limit: paging.fetch, seen: seen, in: tx)
        }
        return try .json(paging.page(rows) { String($0.id) })
    }

    @Sendable func revoke(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let text = try context.parameter("token")
        guard let id = Int64(text) else { throw StoreError.notFound(what: "join token", which: text) }
        try await api.store.revokeToken(id, by: context.caller.principal)
        return .nothing
    }
}
