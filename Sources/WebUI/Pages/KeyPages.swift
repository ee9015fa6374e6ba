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
        let made: Made?
        let entered: Entered
        let lifetimes: [Choice]
        let grantForm: GrantForm
        let problem: String?
    }

    /// The only time that the secret is seen.
    private struct Made {
        let name: String
        let secret: String
    }

    private struct Entered {
        let name: String
        let owner: String
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        try await page(request, problem: nil, made: nil)
    }

    @Sendable func make(_ request: PageRequest) async throws -> Response {
        let form = request.form
        do {
            let name = form["name"] ?? ""
            let secret = try await web.api.store.createAPIKey(
                name: name,
                grants: [try GrantForm.grant(form)],
                owner: form["owner"],
                expiresAt: try KeyLifetime.end(form, now: request.now),
                by: request.principal
            )
            return try await page(request, problem: nil, made: Made(name: name, secret: secret.text))
        } catch {
            return try await page(request, problem: try FormProblem.words(for: error), made: nil)
        }
    }

    @Sendable func revoke(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("key")
        try await web.api.store.revokeAPIKey(name: name, by: request.principal)
        return .seeOther("/keys")
    }

    private func page(_ request: PageRequest, problem: String?, made: Made?) async throws -> Response {
        let (rows, pager) = try await web.listByName(request, limit: Self.rows, name: \.name) {
            after,
            limit,
            tx in
            try APIKeyOverviewRows.list(after: after, limit: limit, in: tx)
        }
        // What was made is no more to be entered.
        let form = made == nil ? request.form : Form()
        let environments = try await web.environmentNames()
        return try web.templates.page(
            "keys",
            View(
                frame: Frame("API keys", request, web),
                rows: rows.map { KeyLine($0, for: request.principal, now: request.now) },
                pager: pager,
                made: made,
                entered: Entered(name: form["name"] ?? "", owner: form["owner"] ?? ""),
                lifetimes: KeyLifetime.choices(form),
                grantForm: GrantForm(form, environments: environments),
                problem: problem
            ),
            status: problem == nil ? .ok : .unprocessableContent
        )
    }
}
