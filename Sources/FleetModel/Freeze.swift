/// A window of time in which nothing is deployed to some environments.
package struct Freeze: Codable, Sendable, Equatable {
    package let id: ID<Freeze>
    package let name: String
    package let description: String
    package let environments: [String]
    /// Empty: every project.
    package let projects: [String]
    package let reason: String
    package let from: Instant
    package let to: Instant
    /// As the database's clock says.
    package let state: State
    package let createdAt: Instant
    package let updatedAt: Instant

    package enum State: String, Codable, Sendable, CaseIterable {
        case planned, inForce, past
    }

    package init(
        id: ID<Freeze>,
        name: String,
        description: String,
        environments: [String],
        projects: [String],
        reason: String,
        from: Instant,
        to: Instant,
        state: State,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.environments = environments
        self.projects = projects
        self.reason = reason
        self.from = from
        self.to = to
        self.state = state
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}

/// `kind: Freeze`
package struct FreezeDocument: Sendable, Equatable {
    package var name: String
    package var description: String?
    package var environments: [String]
    /// Empty: every project.
    package var projects: [String]
    package var from: Instant
    package var to: Instant
    package var reason: String

    package init(
        name: String,
        description: String? = nil,
        environments: [String],
        projects: [String] = [],
        from: Instant,
        to: Instant,
        reason: String
    ) {
        self.name = name
        self.description = description
        self.environments = environments
        self.projects = projects
        self.from = from
        self.to = to
        self.reason = reason
    }
}
