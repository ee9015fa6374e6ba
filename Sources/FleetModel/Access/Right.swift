/// One thing that somebody may be allowed to do. Routes and pages name rights; people and keys have roles, which have
/// rights: `docs/access.md` shows which.
package enum Right: String, Codable, Sendable, CaseIterable {
    /// Reads: lists, logs, events, explanations.
    case look
    /// Pushes packages and makes releases.
    case release
    /// Begins, cancels and repeats deployments, and rolls back.
    case deploy
    /// Approves or refuses what waits for a person.
    case approve
    /// Pins, freezes, marks as successful, lets what failed be tried again.
    case steerReleases
    /// Changes, checks, takes back and deletes machines; lets cleanup go on.
    case operateMachines
    /// Makes, prolongs, protects and deletes environments.
    case operateEnvironments
    /// Makes and revokes what machines join with.
    case makeToken
    /// Changes projects, their secrets, triggers, environments and machine policies.
    case configure
    /// Says who may do what: people, keys, their grants.
    case administer

    /// The least role that has it.
    package var least: Role {
        switch self {
        case .look: .viewer
        case .release, .deploy: .deployer
        case .approve, .steerReleases, .operateMachines, .operateEnvironments, .makeToken: .operator
        case .configure, .administer: .admin
        }
    }

    /// Whether a grant that is limited to some environments or projects gives it nowhere.
    package var isOfTheWhole: Bool { self == .administer }
}
