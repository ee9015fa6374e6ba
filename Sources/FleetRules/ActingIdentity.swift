package import FleetModel

/// On whose behalf a trigger, or a project's automatic phase, deploys: whoever applied it last. It must not be a way to do what
/// one may not do oneself, so it is asked when it fires, and not only when it is made.
package struct ActingIdentity: Sendable, Equatable {
    package let principal: Principal
    /// Why nothing is done in that name any more, as in "key:ci was revoked"; nil: it is.
    package let ended: String?

    package init(_ principal: Principal, ended: String? = nil) {
        self.principal = principal
        self.ended = ended
    }

    /// Why a project may not be deployed to an environment on its behalf; nil: it may.
    package func refusal(project: String, environment: String) -> String? {
        if let ended { return "it acts as \(principal.actor), and \(ended)" }
        let answer = Authorization.decide(
            principal,
            .deploy,
            at: .of(project: project, in: environment)
        )
        guard case .refused(let why) = answer else { return nil }
        return "it acts as \(principal.actor): \(why)"
    }
}
