package import FleetModel

/// The one place that says who may do what. It is asked by the gate of the API and the guard of the pages before a request is
/// handled, by the commands about the thing itself, and by the scan about the identity that a trigger acts under.
///
/// Grants only add: what one allows, no other takes back. Without a grant nothing is allowed.
package enum Authorization {
    package static func decide(
        _ principal: Principal,
        _ right: Right,
        at place: AccessPlace
    ) -> Answer {
        if principal.identity == .system { return .allowed }
        let what = "may not \(words(right))\(place.description): that takes the role \(right.least.rawValue)"
        let needed = right.least == .admin ? what : what + " or higher"
        guard covers(principal.grants, right, place) else {
            return .refused("\(principal.actor) \(needed) there, and it has \(list(principal.grants))")
        }
        guard let owner = principal.owner, !covers(owner.grants, right, place) else { return .allowed }
        return .refused(
            "\(principal.actor) \(needed) there, which it has, but its owner \(owner.name) has \(list(owner.grants))"
        )
    }

    package enum Answer: Sendable, Equatable {
        case allowed
        /// What is missing, in words.
        case refused(String)

        package var isAllowed: Bool { self == .allowed }
    }

    private static func covers(_ grants: [Grant], _ right: Right, _ place: AccessPlace) -> Bool {
        grants.contains { grant in
            grant.role >= right.least && covers(grant.environments, place.environment)
                && covers(grant.projects, place.project)
        }
    }

    private static func covers(_ names: [String]?, _ extent: AccessPlace.Extent) -> Bool {
        guard let names else { return true }
        return switch extent {
        case .some: !names.isEmpty
        case .named(let name): names.contains(name)
        case .every: false
        }
    }

    private static func list(_ grants: [Grant]) -> String {
        grants.isEmpty ? "no role" : grants.map(\.description).joined(separator: "; ")
    }

    /// As in "may not ...".
    private static func words(_ right: Right) -> String {
        switch right {
        case .look: "look"
        case .release: "push packages or make releases"
        case .deploy: "deploy"
        case .approve: "approve or refuse"
        case .steerReleases: "pin, freeze, mark or release"
        case .operateMachines: "change machines"
        case .operateEnvironments: "change environments"
        case .makeToken: "make or revoke join tokens"
        case .configure: "change the configuration"
        case .administer: "say who may do what"
        }
    }
}
