import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The API keys: whose each is, what it may, how long, and when it was used last.
struct KeyPages: Sendable {
    private static let rows = 100

    let web: WebContext

    private struct View {
        let frame: Frame
        let rows: [KeyLine]
        let pager: Pager
        let secret: SecretView?
        let keyForm: KeyForm
        let problem: String?
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        try await page(request)
    }

    @Sendable func make(_ request: PageRequest) async throws -> Response {
        let secret = SecretToken(random: .apiKey)
        do {
            let wanted = try KeyForm.request(request.form)
            let key = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
                try APIKeyCommands.create(wanted, secret: secret, in: tx, &changes)
            }
            return try await page(request, secret: SecretView(what: "The key \(key.name)", text: secret.text))
        } catch {
            return try await page(request, problem: try FormProblem.words(for: error))
        }
    }

    @Sendable func rotate(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("key")
        let secret = SecretToken(random: .apiKey)
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try APIKeyCommands.rotate(name, secret: secret, in: tx, &changes)
        }
        return try await page(
            request,
            secret: SecretView(what: "The new secret of \(name)", text: secret.text)
        )
    }

    @Sendable func revoke(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("key")
        try await web.api.store.revokeAPIKey(name: name, by: request.principal)
        return .seeOther("/keys")
    }

    private func page(
        _ request: PageRequest,
        problem: String? = nil,
        secret: SecretView? = nil
    ) async throws -> Response {
        let after = request.query("after") ?? ""
        let found = try await web.api.store.read { tx in
            try APIKeyOverviewRows.list(after: after, limit: Self.rows + 1, in: tx)
        }
        let (rows, pager) = Pager.cut(
            found,
            limit: Self.rows,
            "/keys",
            [],
            "after",
            isFirst: after.isEmpty,
            position: \.name
        )
        // What was made is no more to be entered.
        let form = secret == nil ? request.form : Form()
        return try web.templates.page(
            "keys",
            View(
                frame: Frame("API keys", request, web),
                rows: rows.map { KeyLine($0, for: request.principal, now: request.now) },
                pager: pager,
                secret: secret,
                keyForm: KeyForm(form, environments: try await web.environmentNames(request)),
                problem: problem
            ),
            status: problem == nil ? .ok : .unprocessableContent
        )
    }
}
