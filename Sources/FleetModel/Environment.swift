/// A place that releases are deployed to.
package struct Environment: Codable, Sendable, Equatable {
    package let id: ID<Environment>
    package let name: String
    package let description: String
    package let createdAt: Instant
    /// How it ends; nil: it is static, and ends only by hand.
    package let ephemeral: Ephemeral?

    package init(
        id: ID<Environment>,
        name: String,
        description: String,
        createdAt: Instant,
        ephemeral: Ephemeral? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.createdAt = createdAt
        self.ephemeral = ephemeral
    }
}
