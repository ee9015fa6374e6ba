import FleetModel
import FleetStore
import Hummingbird

/// People: who may sign in, and what each may do.
struct PersonController: Sendable {
    let api: APIContext

    @Sendable func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let paging = try Paging(request, list: "people")
        let rows = try await api.store.read { tx in
            try PersonRows.list(after: paging.position ?? "", limit: paging.fetch, in: tx)
        }
        return try .json(paging.page(rows, position: \.name))
    }

    @Sendable func show(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("person")
        guard let person = try await api.store.read({ try PersonRows.find(name, in: $0) }) else {
            throw StoreError.notFound(what: "person", which: name)
        }
        return try .json(person)
    }

    @Sendable func create(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let command = try await Command(request, context)
        let body = try GrantsBody.read(
            APIV1.PersonRequest.self,
            schema: "PersonRequest",
            from: command.bytes
        )
        return try await api.answer(command, status: .created) { tx, changes in
            try PersonCommands.create(
                name: body.name,
                displayName: body.displayName ?? "",
                grants: body.grants,
                in: tx,
                &changes
            )
        }
    }

    @Sendable func grant(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("person")
        let command = try await Command(request, context)
        let body = try GrantsBody.read(
            APIV1.GrantsRequest.self,
            schema: "GrantsRequest",
            from: command.bytes
        )
        return try await api.answer(command, status: .ok) { tx, changes in
            try PersonCommands.grant(body.grants, to: name, in: tx, &changes)
        }
    }

    @Sendable func disable(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await setDisabled(true, request, context)
    }

    @Sendable func enable(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        try await setDisabled(false, request, context)
    }

    private func setDisabled(
        _ isDisabled: Bool,
        _ request: Request,
        _ context: APIRequestContext
    ) async throws -> Response {
        let name = try context.parameter("person")
        let command = try await Command(request, context)
        return try await api.answer(command, status: .ok) { tx, changes in
            try PersonCommands.setDisabled(isDisabled, name, in: tx, &changes)
        }
    }

    /// Takes no Idempotency-Key: the answer to one is kept with a digest of the request, from which a password could be guessed.
    @Sendable func setPassword(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let name = try context.parameter("person")
        let body = try JSONBody.read(
            APIV1.PasswordRequest.self,
            schema: "PasswordRequest",
            from: try await request.bytes()
        )
        if let fault = PasswordRule.fault(of: body.password, name: name) {
            throw StoreError.invalid(field: "password", fault)
        }
        let hash = try await api.hasher.hash(body.password)
        let person = try await api.store.unitOfWork(by: context.caller.principal) { tx, changes in
            try PersonCommands.setPassword(hash, of: name, in: tx, &changes)
        }
        return try .json(person)
    }
}
