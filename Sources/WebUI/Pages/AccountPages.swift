import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// Whoever is signed in: who that is, what he may do, and where else he is signed in. It takes no right.
struct AccountPages: Sendable {
    private static let sessions = 100
    private static let keys = 100

    let web: WebContext

    private struct View {
        let frame: Frame
        let actor: String
        let grants: [String]
        let hasNoGrants: Bool
        let owner: OwnerView?
        let rights: [RightLine]
        let sessions: [SessionLine]
        let hasOthers: Bool
        let isPerson: Bool
        let keys: [KeyLine]
        let hasNoKeys: Bool
    }

    private struct OwnerView {
        let name: String
        let grants: String
    }

    private struct RightLine {
        let what: String
        let badge: Badge
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        let principal = request.principal
        let (sessions, keys) = try await web.api.store.read { tx in
            let sessions = try SessionOverviewRows.list(of: principal.identity, limit: Self.sessions, in: tx)
            guard case .person(let id) = principal.identity else { return (sessions, [APIKey]()) }
            return (sessions, try APIKeyOverviewRows.list(owner: id, limit: Self.keys, in: tx))
        }
        return try web.templates.page(
            "account",
            View(
                frame: Frame("Account", request, web),
                actor: principal.actor,
                grants: principal.grants.map(\.description),
                hasNoGrants: principal.grants.isEmpty,
                owner: principal.owner.map { OwnerView(name: $0.name, grants: Words.of($0.grants)) },
                rights: Right.allCases.map { right in
                    RightLine(
                        what: right.meaning,
                        badge: principal.may(right, at: .everywhere)
                            ? Badge("everywhere", .good)
                            : principal.may(right) ? Badge("where the role holds", .good) : Badge("no", .faint)
                    )
                },
                sessions: sessions.map { SessionLine($0, this: request.session?.id, now: request.now) },
                hasOthers: sessions.count > 1,
                isPerson: request.isPerson,
                keys: keys.map { KeyLine($0, for: principal, now: request.now) },
                hasNoKeys: keys.isEmpty
            )
        )
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
}

extension Right {
    /// As a line of what somebody may do.
    fileprivate var meaning: String {
        switch self {
        case .look: "see everything"
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
