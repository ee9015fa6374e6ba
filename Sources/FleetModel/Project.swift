/// Something that is deployed.
package struct Project: Codable, Sendable, Equatable {
    package let id: ID<Project>
    package let name: String
    package let description: String
    package let process: [Step]
    package let variables: [String: String]
    /// nil: an older node answered, which does not know it.
    package let circuit: Circuit?
    /// Names of the projects that come first on a machine; nil: an older node answered, which does not know them.
    package let after: [String]?
    package let createdAt: Instant
    package let updatedAt: Instant

    package init(
        id: ID<Project>,
        name: String,
        description: String,
        process: [Step],
        variables: [String: String],
        circuit: Circuit? = nil,
        after: [String]? = nil,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.process = process
        self.variables = variables
        self.circuit = circuit
        self.after = after
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
