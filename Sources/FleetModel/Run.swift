/// The part of a deployment on one machine.
package struct Run: Codable, Sendable, Equatable {
    package let id: ID<Run>
    package let deploymentID: ID<Deployment>
    package let machineID: ID<Machine>
    package let machine: String
    package let state: RunState
    package let reason: String
    package let startedAt: Instant?
    package let finishedAt: Instant?
    package let steps: [StepRun]

    package init(
        id: ID<Run>,
        deploymentID: ID<Deployment>,
        machineID: ID<Machine>,
        machine: String,
        state: RunState,
        reason: String,
        startedAt: Instant?,
        finishedAt: Instant?,
        steps: [StepRun]
    ) {
        self.id = id
        self.deploymentID = deploymentID
        self.machineID = machineID
        self.machine = machine
        self.state = state
        self.reason = reason
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.steps = steps
    }
}

/// Where a run stands.
package enum RunState: String, Codable, Sendable, CaseIterable {
    /// Becomes running, cancelled or skipped.
    case pending
    /// A step was offered. Becomes any of those below.
    case running
    case succeeded, failed, cancelled
    /// Nothing was done on the machine.
    case skipped
    /// It cannot be known whether a step ran to its end.
    case unknown

    package var isOpen: Bool { self == .pending || self == .running }
}
