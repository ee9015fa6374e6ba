import FleetModel
import FleetStore
import Hummingbird

/// Who is who at an OpenID provider.
struct IdentityController: Sendable {
    let api: APIContext

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("person")
        let identities = try await api.store.read { try PersonLinkCommands.list(of: name, in: $0) }
        return try .json(APIV1.Page(items: identities, nextCursor: nil))
    }

    @Sendable func link(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("person")
        let command = try await Command(request, context)
        let body = try JSONBody.read(
            APIV1.IdentityRequest.self,
            schema: "IdentityRequest",
            from: command.bytes
        )
        return try await api.answer(command, status: .created) { tx, changes in
            try PersonLinkCommands.link(name, issuer: body.issuer, subject: body.subject, in: tx, &changes)
        }
    }

    @Sendable func unlink(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("person")
        guard let issuer = request.query("issuer") else {
            throw Problem.badRequest("query.issuer", "must say which provider")
        }
        guard let subject = request.query("subject") else {
            throw Problem.badRequest("query.subject", "must say who at the provider")
        }
        try await api.store.unitOfWork(by: context.caller.principal) { tx, changes in
            try PersonLinkCommands.unlink(name, issuer: issuer, subject: subject, in: tx, &changes)
        }
        return .nothing
    }
}
