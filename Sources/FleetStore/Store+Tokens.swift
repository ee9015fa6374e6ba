package import FleetModel
import FleetRules
package import Postgres

/// Makes what machines join with.
package enum TokenCommand {
    package static let defaultTTLSeconds = 3600
    /// Long enough for a token that is baked into an image for a quarter.
    package static let ttlSeconds = 60...(90 * 86_400)
    package static let uses = 1...1_000_000

    /// The token in the answer has no `token`: whoever made `secret` adds it, and nothing else ever sees it.
    package static func create(
        _ request: APIV1.TokenRequest,
        secret: SecretToken,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> APIV1.Token {
        try check(request)
        try changes.require(.makeToken, at: .environment(request.environment))
        guard let environment = try EnvironmentRows.find(request.environment, in: tx) else {
            throw StoreError.invalid(
                field: "environment",
                "there is no environment '\(request.environment)': apply it first"
            )
        }
        let token = try TokenRows.insert(
            secret,
            environment: environment,
            roles: request.roles,
            ttlSeconds: request.ttlSeconds ?? defaultTTLSeconds,
            uses: request.uses,
            policy: try request.policy.flatMap { try MachinePolicyRows.reference(to: $0, in: tx) },
            ephemeral: request.ephemeral ?? false,
            by: actor,
            in: tx
        )
        let subject = EventSubject(environment: environment.id)
        changes.post(.tokenCreated(subject, prefix: token.prefix, roles: token.roles))
        return token
    }

    private static func check(_ request: APIV1.TokenRequest) throws {
        var faults = RoleRule.faults(of: request.roles)
        if let ttl = request.ttlSeconds, !ttlSeconds.contains(ttl) {
            let range = "\(ttlSeconds.lowerBound) to \(ttlSeconds.upperBound)"
            faults.append(.init("ttlSeconds", "is \(ttl), and must be \(range)"))
        }
        if let count = request.uses, !uses.contains(count) {
            let range = "\(uses.lowerBound) to \(uses.upperBound), or be left out for no limit"
            faults.append(.init("uses", "is \(count), and must be \(range)"))
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }
}

/// What the roles of a machine or a token may be.
enum RoleRule {
    private static let most = 50

    static func faults(of roles: [String]) -> [StoreError.Fault] {
        var faults: [StoreError.Fault] = []
        if !(1...most).contains(roles.count) {
            faults.append(.init("roles", "are \(roles.count), and must be 1 to \(most)"))
        }
        if Set(roles).count < roles.count {
            faults.append(.init("roles", "name a role twice"))
        }
        return faults
            + roles.enumerated().compactMap { index, role in
                TextRule.label.fault(of: role).map { StoreError.Fault("roles[\(index)]", $0) }
            }
    }
}

extension Store {
    /// Revokes a join token; machines that joined with it stay. Revoking it again changes nothing.
    package func revokeToken(_ id: Int64, by principal: Principal) async throws {
        try await unitOfWork(by: principal) { tx, changes in
            guard let token = try TokenRows.revoke(id, in: tx) else {
                throw StoreError.notFound(what: "join token", which: String(id))
            }
            let place = try AccessPlaceRows.environment(token.environment, in: tx)
            try changes.require(.makeToken, at: [place], of: "join token", "\(id)")
            guard token.revokedNow else { return }
            changes.post(.tokenRevoked(EventSubject(environment: token.environment), prefix: token.prefix))
        }
    }
}
