import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The people: who there is, what each was granted, and how one is entered.
struct PeoplePages: Sendable {
    private static let rows = 100

    let web: WebContext

    private struct View {
        let frame: Frame
        let rows: [RowView]
        let pager: Pager
        let isEmpty: Bool
        let entered: Entered
        let grantForm: GrantForm
        let problem: String?
    }

    private struct Entered {
        let name: String
        let displayName: String
    }

    private struct RowView {
        let name: String
        let href: String
        let displayName: String
        let badge: Badge
        let grants: [String]
        let hasNoGrants: Bool
        let lastSignIn: Moment?
    }

    @Sendable func list(_ request: PageRequest) async throws -> Response {
        try await page(request, problem: nil)
    }

    /// Leads to the new person's page, where the rest is done.
    @Sendable func make(_ request: PageRequest) async throws -> Response {
        let form = request.form
        do {
            let grant = try GrantForm.grant(form)
            let person = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
                try PersonCommands.create(
                    name: form["name"] ?? "",
                    displayName: form["displayName"] ?? "",
                    grants: [grant],
                    in: tx,
                    &changes
                )
            }
            return .seeOther(Link.person(person.name))
        } catch {
            return try await page(request, problem: try FormProblem.words(for: error))
        }
    }

    private func page(_ request: PageRequest, problem: String?) async throws -> Response {
        let (rows, pager) = try await web.listByName(request, limit: Self.rows, name: \.name) {
            after,
            limit,
            _,
            tx in
            try PersonRows.list(after: after, limit: limit, in: tx)
        }
        let environments = try await web.environmentNames(request)
        return try web.templates.page(
            "people",
            View(
                frame: Frame("People", request, web),
                rows: rows.map { row($0, now: request.now) },
                pager: pager,
                isEmpty: rows.isEmpty,
                entered: Entered(
                    name: request.form["name"] ?? "",
                    displayName: request.form["displayName"] ?? ""
                ),
                grantForm: GrantForm(request.form, environments: environments),
                problem: problem
            ),
            status: problem == nil ? .ok : .unprocessableContent
        )
    }

    private func row(_ person: Person, now: Instant) -> RowView {
        RowView(
            name: person.name,
            href: Link.person(person.name),
            displayName: person.displayName,
            badge: Badge(person),
            grants: person.grants.map(\.description),
            hasNoGrants: person.grants.isEmpty,
            lastSignIn: person.lastSignInAt.map { Moment($0, now: now) }
        )
    }
}

extension Badge {
    init(_ person: Person) {
        self = person.disabledAt == nil ? Badge("enabled", .good) : Badge("disabled", .faint)
    }
}

extension WebContext {
    /// What a form offers to tick.
    func environmentNames(_ request: PageRequest) async throws -> [String] {
        try await look(request) { tx, seen in
            try DashboardRows.environments(only: nil, limit: 200, seen: seen, in: tx).map(\.name)
        }
    }
}
