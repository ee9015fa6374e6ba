/// A version of a project with a frozen copy of its process and variables.
package struct Release: Codable, Sendable, Equatable {
    package let id: ID<Release>
    package let project: String
    package let version: String
    /// The steps as they were, every package step with version, digest and (from the store) size.
    package let process: [Step]
    package let variables: [String: String]
    /// By environment: what holds there in place of `variables`, or beside them; nil: an older node answered.
    package let environmentVariables: [String: [String: String]]?
    package let notes: String
    package let createdBy: String
    package let createdAt: Instant

    package init(
        id: ID<Release>,
        project: String,
        version: String,
        process: [Step],
        variables: [String: String],
        environmentVariables: [String: [String: String]]? = nil,
        notes: String,
        createdBy: String,
        createdAt: Instant
    ) {
        self.id = id
        self.project = project
        self.version = version
        self.process = process
        self.variables = variables
        self.environmentVariables = environmentVariables
        self.notes = notes
        self.createdBy = createdBy
        self.createdAt = createdAt
    }
}
