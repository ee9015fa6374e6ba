/// A step of a deployment that no machine runs, once all its machines have come to it: what is after it waits.
package struct Gate: Codable, Sendable, Equatable {
    package let index: Int
    package let step: String
    package let kind: GateKind
    /// What whoever approves is told.
    package let instructions: String
    package let state: GateState
    package let reachedAt: Instant
    /// When waiting ends without an answer.
    package let dueAt: Instant?
    package let decidedAt: Instant?
    package let decidedBy: String?
    package let reason: String

    package init(
        index: Int,
        step: String,
        kind: GateKind,
        instructions: String,
        state: GateState,
        reachedAt: Instant,
        dueAt: Instant?,
        decidedAt: Instant?,
        decidedBy: String?,
        reason: String
    ) {
        self.index = index
        self.step = step
        self.kind = kind
        self.instructions = instructions
        self.state = state
        self.reachedAt = reachedAt
        self.dueAt = dueAt
        self.decidedAt = decidedAt
        self.decidedBy = decidedBy
        self.reason = reason
    }
}

package enum GateKind: String, Codable, Sendable {
    /// A person approves or refuses.
    case manual
    /// Machines that do not answer are handled as the project says.
    case healthCheck
}

/// Where a gate stands.
package enum GateState: String, Codable, Sendable, CaseIterable {
    /// Becomes any of those below.
    case waiting
    /// Approved, or checked: what is after it goes on.
    case passed
    /// A person refused: what is after it is not done.
    case refused
    /// Nobody answered in time: like refused.
    case timedOut
    /// It was not needed: what is after it goes on.
    case skipped
}
