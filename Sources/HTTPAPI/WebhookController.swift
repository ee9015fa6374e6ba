import FleetModel
import FleetStore
import Hummingbird

/// Webhooks: applied as documents; read, tried, replayed and deleted here.
struct WebhookController: Sendable {
    let api: APIContext

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try WebhookCommands.mayConfigure(context.caller.principal)
        let paging = try Paging(request, list: "webhooks")
        let rows = try await api.store.read { tx in
            try WebhookRows.list(after: paging.position ?? "", limit: paging.fetch, in: tx)
        }
        return try .json(paging.page(rows, position: \.name))
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try WebhookCommands.mayConfigure(context.caller.principal)
        let name = try context.parameter("webhook")
        return try await ConfigurationAnswers(api: api).show(.webhook, name, request, context)
    }

    @Sendable func put(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("webhook")
        return try await ConfigurationAnswers(api: api).put(.webhook, named: ["name": name], request, context)
    }

    @Sendable func delete(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await api.store.deleteWebhook(
            try context.parameter("webhook"),
            if: try ConfigurationCondition(request),
            by: context.caller.principal
        )
        return .nothing
    }

    @Sendable func deliveries(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try WebhookCommands.mayConfigure(context.caller.principal)
        let name = try await webhook(try context.parameter("webhook")).name
        let paging = try Paging(request, list: "deliveries")
        let state = try request.query("state", as: WebhookDelivery.State.self)
        let before = try paging.number(or: .max)
        let rows = try await api.store.read { tx in
            try WebhookDeliveryRows.list(of: name, state: state, before: before, limit: paging.fetch, in: tx)
        }
        return try .json(paging.page(rows) { $0.id.description })
    }

    @Sendable func delivery(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try WebhookCommands.mayConfigure(context.caller.principal)
        let name = try context.parameter("webhook")
        let id: ID<WebhookDelivery> = try context.id("delivery", of: "delivery of \(name)")
        let found = try await api.store.read { try WebhookDeliveryRows.find(id, of: name, in: $0) }
        guard let found else {
            throw StoreError.notFound(what: "delivery of \(name)", which: id.description)
        }
        return try .json(found)
    }

    @Sendable func ping(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("webhook")
        return try await api.answer(Command(request, context), status: .accepted) { tx, changes in
            try WebhookCommands.ping(name, in: tx, &changes)
        }
    }

    @Sendable func replay(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("webhook")
        let id: ID<WebhookDelivery> = try context.id("delivery", of: "delivery of \(name)")
        return try await api.answer(Command(request, context), status: .accepted) { tx, changes in
            try WebhookCommands.replay(id, of: name, in: tx, &changes)
        }
    }

    @Sendable func replayFailed(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("webhook")
        let command = try await Command(request, context)
        let body = try JSONBody.read(
            APIV1.WebhookReplayRequest.self,
            schema: "WebhookReplayRequest",
            from: command.bytes
        )
        return try await api.answer(command, status: .accepted) { tx, changes in
            try WebhookCommands.replayFailed(of: name, since: body.since, in: tx, &changes)
        }
    }

    /// The secret is in no stored answer: it is looked up by its number, as long as it is in force.
    @Sendable func rotate(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("webhook")
        let answer = try await api.stored(Command(request, context), status: .ok) { tx, changes in
            try WebhookCommands.rotate(name, in: tx, &changes)
        }
        var rotated = try JSONText.decode(APIV1.WebhookSecret.self, from: answer.body)
        let id = rotated.id
        rotated.secret = try await api.store.read { try WebhookSecretRows.find(id, in: $0) }?.text
        return try .json(rotated)
    }

    private func webhook(_ name: String) async throws -> Webhook {
        let found = try await api.store.read { try WebhookRows.list(name: name, limit: 1, in: $0) }
        guard let webhook = found.first else { throw StoreError.notFound(what: "webhook", which: name) }
        return webhook
    }
}
