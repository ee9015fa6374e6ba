import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// How a machine joins: a token, and the line to paste on the machine.
struct JoinPages: Sendable {
    private static let newest = 5
    private static let tokens = 50
    private static let lifetimes: [(seconds: Int, label: String)] = [
        (900, "15 minutes"), (3600, "1 hour"), (86_400, "1 day"), (604_800, "7 days"), (7_776_000, "90 days"),
    ]

    let web: WebContext

    private struct View {
        let frame: Frame
        let environments: [Choice]
        let hasNoEnvironments: Bool
        /// Who may make a token; nil: whoever sees this may, somewhere.
        let takes: String?
        let roles: String
        let lifetimes: [Choice]
        let uses: String
        let problem: String?
        let made: Made?
        let newest: [MachineLine]
        let hasNoMachines: Bool
        let tokens: [TokenLine]
        let hasNoTokens: Bool
    }

    private struct Made {
        let command: String
        let environment: String
        let roles: String
        let ends: Moment
    }

    private struct TokenLine {
        let id: String
        let prefix: String
        let environment: String
        let roles: String
        let used: String
        let by: String
        let ends: Moment
        let mayRevoke: Bool
    }

    private struct MachineLine {
        let name: String
        let href: String
        let environment: String
        let health: Badge
        let joined: Moment
    }

    @Sendable func form(_ request: PageRequest) async throws -> Response {
        try await page(request, problem: nil, made: nil)
    }

    @Sendable func make(_ request: PageRequest) async throws -> Response {
        let wanted = APIV1.TokenRequest(
            environment: request.form["environment"] ?? "",
            roles: request.form.words("roles"),
            ttlSeconds: request.form["lifetime"].flatMap { Int($0) },
            uses: try uses(request.form["uses"])
        )
        let secret = SecretToken(random: .join)
        let actor = request.actor
        do {
            let token = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
                try TokenCommand.create(wanted, secret: secret, by: actor, in: tx, &changes)
            }
            let made = Made(
                command: command(secret, request.site),
                environment: token.environment,
                roles: token.roles.joined(separator: ", "),
                ends: Moment(token.expiresAt, now: request.now)
            )
            return try await page(request, problem: nil, made: made)
        } catch let error as StoreError {
            return try await page(request, problem: error.description, made: nil)
        }
    }

    @Sendable func revoke(_ request: PageRequest) async throws -> Response {
        let text = try request.context.parameter("token")
        guard let id = Int64(text) else { throw StoreError.notFound(what: "join token", which: text) }
        try await web.api.store.revokeToken(id, by: request.principal)
        return .seeOther("/join")
    }

    private func uses(_ text: String?) throws -> Int? {
        guard let text else { return nil }
        guard let uses = Int(text) else {
            throw StoreError.invalid(field: "uses", "'\(text)' is no number of machines")
        }
        return uses
    }

    private func command(_ secret: SecretToken, _ site: Site) -> String {
        let url = site.url ?? "http://ADDRESS-OF-A-NODE"
        return "tidemark-agent join --url \(url) --token \(secret.text) --data-dir /var/lib/tidemark-agent"
    }

    private func page(_ request: PageRequest, problem: String?, made: Made?) async throws -> Response {
        let (environments, newest, tokens) = try await web.look(request) { tx, seen in
            (
                try DashboardRows.environments(only: nil, limit: 200, seen: seen, in: tx).map(\.name),
                try MachineOverviewRows.newest(limit: Self.newest, seen: seen, in: tx),
                try TokenRows.usable(limit: Self.tokens, seen: seen, in: tx)
            )
        }
        let frame = Frame("Join", request, web)
        let open = environments.filter { frame.may(.makeToken, at: .environment($0)) }
        return try web.templates.page(
            "join",
            View(
                frame: frame,
                environments: Choice.of(open, chosen: request.form["environment"]),
                hasNoEnvironments: environments.isEmpty,
                takes: open.isEmpty && !environments.isEmpty
                    ? Words.takes(.makeToken, "in the environment of the machine") : nil,
                roles: request.form["roles"] ?? "",
                lifetimes: Self.lifetimes.map {
                    let value = String($0.seconds)
                    return Choice(
                        value: value,
                        label: $0.label,
                        isChosen: value == request.form["lifetime"] ?? "3600"
                    )
                },
                uses: request.form["uses"] ?? "",
                problem: problem,
                made: made,
                newest: newest.map {
                    MachineLine(
                        name: $0.name,
                        href: Link.machine($0.name),
                        environment: $0.environment,
                        health: Badge($0.health),
                        joined: Moment($0.createdAt, now: request.now)
                    )
                },
                hasNoMachines: newest.isEmpty,
                tokens: tokens.map { token in
                    TokenLine(
                        id: String(token.id),
                        prefix: token.prefix,
                        environment: token.environment,
                        roles: token.roles.joined(separator: ", "),
                        used: "\(token.uses)" + (token.usesLeft.map { ", \($0) left" } ?? ""),
                        by: token.createdBy,
                        ends: Moment(token.expiresAt, now: request.now),
                        mayRevoke: frame.may(.makeToken, at: .environment(token.environment))
                    )
                },
                hasNoTokens: tokens.isEmpty
            ),
            status: problem == nil ? .ok : .unprocessableContent
        )
    }
}
