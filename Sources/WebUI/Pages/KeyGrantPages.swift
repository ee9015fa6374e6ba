import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird
import Postgres

/// One API key: what it was granted, which can be changed. Its secret is made and revoked in the list of all.
struct KeyGrantPages: Sendable {
    let web: WebContext

    private struct View {
        let frame: Frame
        let key: KeyLine
        let ownerGrants: String
        let name: String
        let ownHref: String
        let grants: [GrantLine]
        let hasNoGrants: Bool
        let grantForm: GrantForm
        let grantProblem: String?
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        try await page(request)
    }

    @Sendable func grant(_ request: PageRequest) async throws -> Response {
        let form = request.form
        return try await change(request) { name, tx, changes in
            _ = try APIKeyCommands.add(try GrantForm.grant(form), to: name, in: tx, &changes)
        }
    }

    @Sendable func takeBack(_ request: PageRequest) async throws -> Response {
        let words = request.form["grant"] ?? ""
        return try await change(request) { name, tx, changes in
            _ = try APIKeyCommands.takeBack(words, from: name, in: tx, &changes)
        }
    }

    private func change(
        _ request: PageRequest,
        _ body: @escaping @Sendable (String, borrowing Transaction, inout Changes) throws -> Void
    ) async throws -> Response {
        let name = try request.context.parameter("key")
        do {
            try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
                try body(name, tx, &changes)
            }
            return .seeOther(Link.key(name))
        } catch {
            return try await page(request, problem: try FormProblem.words(for: error))
        }
    }

    private func page(_ request: PageRequest, problem: String? = nil) async throws -> Response {
        let name = try request.context.parameter("key")
        let (key, owner) = try await web.api.store.read { tx in
            guard let key = try APIKeyRows.find(name, in: tx) else {
                throw StoreError.notFound(what: "API key", which: name)
            }
            return (key, try key.owner.flatMap { try PersonRows.find($0, in: tx) })
        }
        return try web.templates.page(
            "key",
            View(
                frame: Frame(key.name, request, web),
                key: KeyLine(key, for: request.principal, now: request.now),
                ownerGrants: Words.of(owner?.grants ?? []),
                name: key.name,
                ownHref: Link.key(key.name),
                grants: key.grants.map(GrantLine.init),
                hasNoGrants: key.grants.isEmpty,
                grantForm: GrantForm(request.form, environments: try await web.environmentNames(request)),
                grantProblem: problem
            ),
            status: problem == nil ? .ok : .unprocessableContent
        )
    }
}
