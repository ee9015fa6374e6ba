import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird
import Postgres

/// One person: grants, sessions, and whether anything is done in this name. What is refused is said beside its form.
struct PersonPages: Sendable {
    private static let sessions = 100
    private static let keys = 100

    let web: WebContext

    private struct View {
        let frame: Frame
        let name: String
        let ownHref: String
        let displayName: String
        let badge: Badge
        let isDisabled: Bool
        let disabled: Moment?
        let made: Moment
        let madeBy: String
        let lastSignIn: Moment?
        let grants: [GrantLine]
        let hasNoGrants: Bool
        let grantForm: GrantForm
        let sessions: [SessionLine]
        let hasNoSessions: Bool
        let keys: [KeyLine]
        let hasNoKeys: Bool
        /// The page is an administrator's: keys are changed in the list of all.
        let isPerson = false
        let hasPassword: Bool
        let secret: SecretView?
        let grantProblem: String?
        let stateProblem: String?
    }

    /// The form that something is wrong with.
    private enum Part {
        case grants, state
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        try await page(request)
    }

    @Sendable func grant(_ request: PageRequest) async throws -> Response {
        let form = request.form
        return try await change(request, .grants) { name, tx, changes in
            _ = try PersonCommands.add(try GrantForm.grant(form), to: name, in: tx, &changes)
        }
    }

    @Sendable func takeBack(_ request: PageRequest) async throws -> Response {
        let words = request.form["grant"] ?? ""
        return try await change(request, .grants) { name, tx, changes in
            _ = try PersonCommands.takeBack(words, from: name, in: tx, &changes)
        }
    }

    @Sendable func disable(_ request: PageRequest) async throws -> Response {
        try await change(request, .state) { name, tx, changes in
            _ = try PersonCommands.setDisabled(true, name, in: tx, &changes)
        }
    }

    @Sendable func enable(_ request: PageRequest) async throws -> Response {
        try await change(request, .state) { name, tx, changes in
            _ = try PersonCommands.setDisabled(false, name, in: tx, &changes)
        }
    }

    /// Made up here, and shown once: nobody has to think of one for somebody else.
    @Sendable func makePassword(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("person")
        let password = MadeUpPassword.next()
        let hash = try await web.api.hasher.hash(password)
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try PersonCommands.setPassword(hash, of: name, in: tx, &changes)
        }
        return try await page(request, secret: SecretView(what: "The password of \(name)", text: password))
    }

    @Sendable func endSessions(_ request: PageRequest) async throws -> Response {
        try await change(request, .state) { name, tx, changes in
            try SessionCommands.endAll(of: name, in: tx, &changes)
        }
    }

    private func change(
        _ request: PageRequest,
        _ part: Part,
        _ body: @escaping @Sendable (String, borrowing Transaction, inout Changes) throws -> Void
    ) async throws -> Response {
        let name = try request.context.parameter("person")
        do {
            try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
                try body(name, tx, &changes)
            }
            return .seeOther(Link.person(name))
        } catch {
            return try await page(request, (part, try FormProblem.words(for: error)))
        }
    }

    private func page(
        _ request: PageRequest,
        _ problem: (part: Part, words: String)? = nil,
        secret: SecretView? = nil
    ) async throws -> Response {
        let name = try request.context.parameter("person")
        let (person, sessions, keys) = try await web.api.store.read { tx in
            guard let person = try PersonRows.find(name, in: tx) else {
                throw StoreError.notFound(what: "person", which: name)
            }
            return (
                person,
                try SessionOverviewRows.list(of: .person(person.id), limit: Self.sessions, in: tx),
                try APIKeyOverviewRows.list(owner: person.id, limit: Self.keys, in: tx)
            )
        }
        let environments = try await web.environmentNames(request)
        return try web.templates.page(
            "person",
            View(
                frame: Frame(person.name, request, web),
                name: person.name,
                ownHref: Link.person(person.name),
                displayName: person.displayName,
                badge: Badge(person),
                isDisabled: person.disabledAt != nil,
                disabled: person.disabledAt.map { Moment($0, now: request.now) },
                made: Moment(person.createdAt, now: request.now),
                madeBy: person.createdBy,
                lastSignIn: person.lastSignInAt.map { Moment($0, now: request.now) },
                grants: person.grants.map(GrantLine.init),
                hasNoGrants: person.grants.isEmpty,
                grantForm: GrantForm(request.form, environments: environments),
                sessions: sessions.map { SessionLine($0, this: request.session?.id, now: request.now) },
                hasNoSessions: sessions.isEmpty,
                keys: keys.map { KeyLine($0, for: request.principal, now: request.now) },
                hasNoKeys: keys.isEmpty,
                hasPassword: person.hasPassword,
                secret: secret,
                grantProblem: problem?.part == .grants ? problem?.words : nil,
                stateProblem: problem?.part == .state ? problem?.words : nil
            ),
            status: problem == nil ? .ok : .unprocessableContent
        )
    }
}
