/// A place that releases are deployed to.
package struct Environment: Codable, Sendable, Equatable {
    package let id: ID<Environment>
    package let name: String
    package let description: String
    package let createdAt: Instant

    package init(id: ID<Environment>, name: String, description: String, createdAt: Instant) {
        self.id = id
        self.name = name
        self.description = description
        self.createdAt = createdAt
    }
}
