/// What somebody is for, in one word. Each role may do what those before it may.
package enum Role: String, Codable, Sendable, CaseIterable, Comparable {
    /// Sees what there is where the role holds, changes nothing.
    case viewer
    /// Pushes packages, makes releases, deploys.
    case deployer
    /// Looks after machines, environments and what is deployed there.
    case `operator`
    /// Changes the configuration; without limits of place, people and keys as well.
    case admin

    package static func < (left: Role, right: Role) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .viewer: 0
        case .deployer: 1
        case .operator: 2
        case .admin: 3
        }
    }
}
