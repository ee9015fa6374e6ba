package import FleetModel

/// Where a secret is, by what does not change: its sealed value is bound to it, so that whoever can write the database cannot
/// have a step given another secret in its place.
package struct SecretPlace: Sendable, Equatable {
    package let project: ID<Project>
    /// nil: every one.
    package let environment: ID<Environment>?
    package let name: String

    package init(project: ID<Project>, environment: ID<Environment>?, name: String) {
        self.project = project
        self.environment = environment
        self.name = name
    }

    /// Names have no line breaks, so that no two places have the same bytes.
    var authenticated: [UInt8] {
        Array("tidemark secret 1\n\(project)\n\(environment?.rawValue ?? 0)\n\(name)".utf8)
    }
}
