import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// Whoever is signed in: who that is, what he may do, where else he is signed in, his password and his keys. It takes no
/// right.
struct AccountPages: Sendable {
    private static let sessions = 100
    private static let keys = 100

    let web: WebContext

    private struct View {
        let frame: Frame
        let actor: String
        let name: String
        let grants: [String]
        let hasNoGrants: Bool
        let owner: OwnerView?
        let rights: [RightLine]
        let sessions: [SessionLine]
        let hasOthers: Bool
        let isPerson: Bool
        let hasPassword: Bool
        let keys: [KeyLine]
        let hasNoKeys: Bool
        let keyForm: KeyForm
        let secret: SecretView?
        let passwordProblem: String?
        let isPasswordChanged: Bool
        let keyProblem: String?
    }

    private struct OwnerView {
        let name: String
        let grants: String
    }

    private struct RightLine {
        let what: String
        let badge: Badge
    }

    /// What the answer to a form says besides.
    fileprivate enum News {
        case nothing
        case secret(SecretView)
        case passwordChanged
        case password(problem: String)
        case key(problem: String)
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        try await page(request, .nothing)
    }

    @Sendable func end(_ request: PageRequest) async throws -> Response {
        let text = try request.context.parameter("session")
        guard let id = Int64(text) else { throw StoreError.notFound(what: "session of yours", which: text) }
        try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try SessionCommands.end(id, in: tx, &changes)
        }
        return .seeOther("/account")
    }

    @Sendable func endOthers(_ request: PageRequest) async throws -> Response {
        guard let session = request.session else { throw SignInFirst(next: "/account") }
        try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try SessionCommands.endOthers(but: session.id, in: tx, &changes)
        }
        return .seeOther("/account")
    }

    /// Takes the present password, and is slowed down as sign-in is: a session that was left open is no way to guess it.
    @Sendable func changePassword(_ request: PageRequest) async throws -> Response {
        guard let session = request.session else { throw SignInFirst(next: "/account") }
        let counted = "password of \(request.actor)"
        if let seconds = web.throttle.wait(of: counted) {
            return try await page(
                request,
                .password(problem: "Too many were refused. Try again in \(seconds) s.")
            )
        }
        let new = request.form.exactly("new") ?? ""
        guard new == request.form.exactly("again") ?? "" else {
            return try await page(request, .password(problem: "The two new passwords are not the same."))
        }
        do {
            let isChanged = try await web.api.store.changeOwnPassword(
                in: session,
                from: request.form.exactly("current") ?? "",
                to: new,
                web.api.hasher
            )
            guard isChanged else {
                _ = web.throttle.refused(counted)
                return try await page(request, .password(problem: "The present password is another one."))
            }
            return try await page(request, .passwordChanged)
        } catch {
            return try await page(request, .password(problem: try FormProblem.words(for: error)))
        }
    }

    @Sendable func makeKey(_ request: PageRequest) async throws -> Response {
        let secret = SecretToken(random: .apiKey)
        do {
            let wanted = try KeyForm.request(request.form)
            let key = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
                try APIKeyCommands.createOwn(wanted, secret: secret, in: tx, &changes)
            }
            return try await page(
                request,
                .secret(SecretView(what: "The key \(key.name)", text: secret.text))
            )
        } catch {
            return try await page(request, .key(problem: try FormProblem.words(for: error)))
        }
    }

    @Sendable func rotateKey(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("key")
        let secret = SecretToken(random: .apiKey)
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try APIKeyCommands.rotateOwn(name, secret: secret, in: tx, &changes)
        }
        return try await page(
            request,
            .secret(SecretView(what: "The new secret of \(name)", text: secret.text))
        )
    }

    @Sendable func revokeKey(_ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("key")
        try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try APIKeyCommands.revokeOwn(name, in: tx, &changes)
        }
        return .seeOther("/account")
    }

    private func page(_ request: PageRequest, _ news: News) async throws -> Response {
        let principal = request.principal
        let (sessions, keys, hasPassword) = try await web.api.store.read { tx in
            let sessions = try SessionOverviewRows.list(of: principal.identity, limit: Self.sessions, in: tx)
            guard case .person(let id) = principal.identity else { return (sessions, [APIKey](), false) }
            return (
                sessions,
                try APIKeyOverviewRows.list(owner: id, limit: Self.keys, in: tx),
                try PersonRows.find(principal.name, in: tx)?.hasPassword ?? false
            )
        }
        let form = news.keepsKeyForm ? request.form : Form()
        return try web.templates.page(
            "account",
            View(
                frame: Frame("Account", request, web),
                actor: principal.actor,
                name: principal.name,
                grants: principal.grants.map(\.description),
                hasNoGrants: principal.grants.isEmpty,
                owner: principal.owner.map { OwnerView(name: $0.name, grants: Words.of($0.grants)) },
                rights: Right.allCases.map { right in
                    RightLine(what: right.meaning, badge: Badge(right, of: principal))
                },
                sessions: sessions.map { SessionLine($0, this: request.session?.id, now: request.now) },
                hasOthers: sessions.count > 1,
                isPerson: request.isPerson,
                hasPassword: hasPassword,
                keys: keys.map { KeyLine($0, for: principal, now: request.now) },
                hasNoKeys: keys.isEmpty,
                keyForm: KeyForm(form, environments: try await web.environmentNames(request)),
                secret: news.secret,
                passwordProblem: news.passwordProblem,
                isPasswordChanged: news.isPasswordChanged,
                keyProblem: news.keyProblem
            ),
            status: (news.passwordProblem ?? news.keyProblem) == nil ? .ok : .unprocessableContent
        )
    }
}

extension AccountPages.News {
    fileprivate var secret: SecretView? { if case .secret(let secret) = self { secret } else { nil } }
    fileprivate var passwordProblem: String? {
        if case .password(let problem) = self { problem } else { nil }
    }
    fileprivate var keyProblem: String? { if case .key(let problem) = self { problem } else { nil } }
    fileprivate var isPasswordChanged: Bool { if case .passwordChanged = self { true } else { false } }
    fileprivate var keepsKeyForm: Bool { keyProblem != nil }
}

extension Principal {
    /// Without what kind of one it is.
    fileprivate var name: String {
        actor.split(separator: ":", maxSplits: 1).last.map { String($0) } ?? actor
    }
}

extension Badge {
    fileprivate init(_ right: Right, of principal: Principal) {
        self =
            principal.may(right, at: .everywhere)
            ? Badge("everywhere", .good)
            : principal.may(right) ? Badge("where the role holds", .good) : Badge("no", .faint)
    }
}

extension Right {
    /// As a line of what somebody may do.
    fileprivate var meaning: String {
        switch self {
        case .look: "see what is there, and why"
        case .release: "push packages, make releases"
        case .deploy: "begin, cancel and repeat deployments"
        case .approve: "approve or refuse what waits for a person"
        case .steerReleases: "pin, freeze, let what failed be tried again"
        case .operateMachines: "change, check and delete machines"
        case .operateEnvironments: "make, prolong, protect and end environments"
        case .makeToken: "make and revoke join tokens"
        case .configure: "change projects, triggers and machine policies"
        case .administer: "say who may do what"
        }
    }
}
