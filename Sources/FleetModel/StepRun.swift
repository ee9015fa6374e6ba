/// One step of a run.
package struct StepRun: Codable, Sendable, Equatable {
    package let id: ID<StepRun>
    package let index: Int
    package let name: String
    package let state: StepState
    package let attempt: Int
    package let exitCode: Int?
    package let message: String
    package let logBytes: Int64
    package let startedAt: Instant?
    package let finishedAt: Instant?

    package init(
        id: ID<StepRun>,
        index: Int,
        name: String,
        state: StepState,
        attempt: Int,
        exitCode: Int?,
        message: String,
        logBytes: Int64,
        startedAt: Instant?,
        finishedAt: Instant?
    ) {
        self.id = id
        self.index = index
        self.name = name
        self.state = state
        self.attempt = attempt
        self.exitCode = exitCode
        self.message = message
        self.logBytes = logBytes
        self.startedAt = startedAt
        self.finishedAt = finishedAt
    }
}

/// Where a step of a run stands.
package enum StepState: String, Codable, Sendable, CaseIterable {
    /// Becomes offered, cancelled or skipped.
    case pending
    /// Waits for the agent to accept it. Becomes running, cancelled or skipped.
    case offered
    /// The agent accepted it. Becomes any of those below; pending again when it provably never started, or when
    /// its outcome is unknown and it is idempotent.
    case running
    case succeeded, failed, cancelled, skipped, unknown

    package var isActive: Bool { self == .offered || self == .running }
    package var isOpen: Bool { self == .pending || isActive }
}
