/// One rollout of a release: to a whole environment, to machines a person named, or to machines that needed it.
package struct Deployment: Codable, Sendable, Equatable {
    package let id: ID<Deployment>
    package let project: String
    package let release: String
    package let environment: String
    package let kind: DeploymentKind
    package let trigger: String?
    package let state: DeploymentState
    package let reason: String
    package let requestedBy: String
    package let cancelRequested: Bool
    package let createdAt: Instant
    package let finishedAt: Instant?
    /// How many runs are in each state.
    package let runCounts: [String: Int]
    /// The deployment that it repeats, and how.
    package let repeats: ID<Deployment>?
    package let repeatsAs: RepetitionKind?
    /// The step that waits for a person's approval.
    package let waitsFor: String?
    /// Under which trace it was asked for, in the form of W3C Trace Context.
    package let traceparent: String?

    package init(
        id: ID<Deployment>,
        project: String,
        release: String,
        environment: String,
        kind: DeploymentKind,
        trigger: String?,
        state: DeploymentState,
        reason: String,
        requestedBy: String,
        cancelRequested: Bool,
        createdAt: Instant,
        finishedAt: Instant?,
        runCounts: [String: Int],
        repeats: ID<Deployment>? = nil,
        repeatsAs: RepetitionKind? = nil,
        waitsFor: String? = nil,
        traceparent: String? = nil
    ) {
        self.id = id
        self.project = project
        self.release = release
        self.environment = environment
        self.kind = kind
        self.trigger = trigger
        self.state = state
        self.reason = reason
        self.requestedBy = requestedBy
        self.cancelRequested = cancelRequested
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.runCounts = runCounts
        self.repeats = repeats
        self.repeatsAs = repeatsAs
        self.waitsFor = waitsFor
        self.traceparent = traceparent
    }
}

/// How a deployment repeats another one.
package enum RepetitionKind: String, Codable, Sendable {
    /// On the machines that did not get the release.
    case retry
    /// On all that it was for.
    case redeploy
}

/// To whom a deployment goes.
package enum DeploymentKind: String, Codable, Sendable {
    /// To every machine of the environment; its success makes the release the environment's.
    case rollout
    /// To machines that a person named; the environment's release stays what it was.
    case selected
    /// To machines that needed the environment's release.
    case automatic
    /// The last steps of a project on the machines of an environment that ends.
    case teardown
}

/// Where a deployment stands.
package enum DeploymentState: String, Codable, Sendable, CaseIterable {
    /// Becomes any of the others once every run has ended.
    case running
    case succeeded, failed, cancelled

    package var isOpen: Bool { self == .running }
}
