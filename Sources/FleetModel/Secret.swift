/// A named value of a project that steps get and nobody reads; this is what everybody who sees the project may know of it.
package struct Secret: Codable, Sendable, Equatable {
    package let project: String
    /// The one environment that it is for; nil: every one that has none of this name of its own.
    package let environment: String?
    package let name: String
    /// Who set it last.
    package let setBy: String
    package let setAt: Instant
    /// How often it was set since it was made.
    package let version: Int

    package init(
        project: String,
        environment: String?,
        name: String,
        setBy: String,
        setAt: Instant,
        version: Int
    ) {
        self.project = project
        self.environment = environment
        self.name = name
        self.setBy = setBy
        self.setAt = setAt
        self.version = version
    }

    /// As in a sentence: `secret DB_PASSWORD of shop in production`.
    package var place: String { Self.place(name, of: project, in: environment) }

    package static func place(_ name: String, of project: String, in environment: String?) -> String {
        "secret \(name) of \(project)" + (environment.map { " in \($0)" } ?? " in every environment")
    }
}
