/// Something that is deployed.
package struct Project: Codable, Sendable, Equatable {
    package let id: ID<Project>
    package let name: String
    package let description: String
    package let process: [Step]
    /// Steps that run before the machines of an ephemeral environment are removed; nil: an older node answers.
    package let teardown: [Step]?
    package let variables: [String: String]
    /// By environment: what holds there in place of `variables`, or beside them; nil: an older node answered.
    package let environmentVariables: [String: [String: String]]?
    /// nil: an older node answered, which does not know it.
    package let deployment: DeploymentSettings?
    /// nil: an older node answered, which does not know it.
    package let circuit: Circuit?
    /// Names of the projects that come first on a machine; nil: an older node answered, which does not know them.
    package let after: [String]?
    /// The order in which releases come to environments; nil: an older node answered, which does not know it.
    package let phases: [Phase]?
    package let createdAt: Instant
    package let updatedAt: Instant

    package init(
        id: ID<Project>,
        name: String,
        description: String,
        process: [Step],
        teardown: [Step]? = nil,
        variables: [String: String],
        environmentVariables: [String: [String: String]]? = nil,
        deployment: DeploymentSettings? = nil,
        circuit: Circuit? = nil,
        after: [String]? = nil,
        phases: [Phase]? = nil,
        createdAt: Instant,
        updatedAt: Instant
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.process = process
        self.teardown = teardown
        self.variables = variables
        self.environmentVariables = environmentVariables
        self.deployment = deployment
        self.circuit = circuit
        self.after = after
        self.phases = phases
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
