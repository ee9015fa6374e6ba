/// That an environment was to have a release of a project from some time on, and by whose word.
package struct EnvironmentRelease: Codable, Sendable, Equatable {
    package let id: ID<EnvironmentRelease>
    package let environment: String
    package let project: String
    /// Version of the release.
    package let release: String
    package let deploymentID: ID<Deployment>?
    package let source: Source
    package let actor: String
    package let reason: String
    package let since: Instant

    package enum Source: String, Codable, Sendable, CaseIterable {
        /// A rollout succeeded.
        case rollout
        /// A person said that it counts as a success.
        case marked
    }

    package init(
        id: ID<EnvironmentRelease>,
        environment: String,
        project: String,
        release: String,
        deploymentID: ID<Deployment>?,
        source: Source,
        actor: String,
        reason: String,
        since: Instant
    ) {
        self.id = id
        self.environment = environment
        self.project = project
        self.release = release
        self.deploymentID = deploymentID
        self.source = source
        self.actor = actor
        self.reason = reason
        self.since = since
    }
}
