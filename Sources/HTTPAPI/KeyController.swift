import FleetModel
import FleetStore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Postgres

/// Keys of this API.
struct KeyController: Sendable {
    let api: APIContext

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "keys")
        let withRevoked = try request.query("past", as: Flag.self) == .true
        let after = ID<APIKey>(try paging.number(or: 0))
        let rows = try await api.store.read { tx in
            try APIKeyRows.list(withRevoked: withRevoked, after: after, limit: paging.fetch, in: tx)
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    /// The secret is in no stored answer; see `TokenController.create`.
    @Sendable func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let body = try GrantsBody.read(APIV1.KeyRequest.self, schema: "KeyRequest", from: command.bytes)
        let secret = command.newSecret(.apiKey)
        return try await answer(command, secret, status: .created) { tx, changes in
            try APIKeyCommands.create(body, secret: secret, in: tx, &changes)
        }
    }

    /// Another secret for the same key: the old one is refused from then on.
    @Sendable func rotate(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("key")
        let command = try await Command(request, context)
        let secret = command.newSecret(.apiKey)
        return try await answer(command, secret, status: .ok) { tx, changes in
            try APIKeyCommands.rotate(name, secret: secret, in: tx, &changes)
        }
    }

    @Sendable func grant(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("key")
        let command = try await Command(request, context)
        let body = try GrantsBody.read(
            APIV1.GrantsRequest.self,
            schema: "GrantsRequest",
            from: command.bytes
        )
        return try await api.answer(command, status: .ok) { tx, changes in
            try APIKeyCommands.grant(body.grants, to: name, in: tx, &changes)
        }
    }

    @Sendable func revoke(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await api.store.revokeAPIKey(
            name: try context.parameter("key"),
            by: context.caller.principal
        )
        return .nothing
    }

    private func answer(
        _ command: Command,
        _ secret: SecretToken,
        status: HTTPResponse.Status,
        _ work: @escaping @Sendable (borrowing Transaction, inout Changes) throws -> APIKey
    ) async throws -> Response {
        let answer = try await api.stored(command, status: status) { tx, changes in
            APIV1.NewKey(key: try work(tx, &changes), secret: nil)
        }
        var made = try JSONText.decode(APIV1.NewKey.self, from: answer.body)
        guard made.key.prefix == secret.prefix else {
            throw Problem.keyReused(
                "the Idempotency-Key was used with another API key of the same name: send a new key"
            )
        }
        made.secret = secret.text
        return try .json(made, status: status)
    }
}
