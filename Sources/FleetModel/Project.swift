/// Something that is deployed.
package struct Project: Codable, Sendable, Equatable {
    package let id: ID<Project>
    package let name: String
    package let description: String
    package let process: [Step]
    package let variables: [String: String]
    /// Names of the projects that come first on a machine; nil: an older node answered, which does not know them.
    package let after: [String]?
    /// nil: an older node answered, which does not know it.
    package let circuit: Circuit?
    package let createdAt: Instant
    package let updatedAt: Instant

    package init(
        id: ID<Project>,
        name: String,
        description: String,
        process: [Step],
        variables: [String: String],
        after: [String]? = nil,
        circuit: Circuit? = nil,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.process = process
        self.variables = variables
        self.after = after
        self.circuit = circuit
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
