/// One look at a machine's health, from the moment it is wanted to what came of it.
package struct HealthCheck: Codable, Sendable, Equatable {
    /// Why a check was wanted.
    package enum Cause: String, Codable, Sendable, CaseIterable {
        /// Its agent opened a session.
        case connected
        /// The policy's interval or cron expression.
        case scheduled
        /// Somebody asked for it.
        case requested
        /// A deployment is about to begin on the machine.
        case deployment
    }

    package enum State: String, Codable, Sendable, CaseIterable {
        /// The agent has not fetched it yet. Becomes `given` or `concluded`.
        case waiting
        /// The agent has it. Becomes `concluded`.
        case given
        case concluded
    }

    package let id: ID<HealthCheck>
    package let machine: String
    package let cause: Cause
    package let state: State
    package let requestedBy: String
    package let createdAt: Instant
    package let concludedAt: Instant?
    /// What it says of the machine; nil: nothing yet.
    package let health: MachineHealth?
    package let exitCode: Int?
    /// Why it says so, in a sentence.
    package let reason: String
    /// What the script wrote, at most `Limits.checkOutputBytes`.
    package let output: String

    package init(
        id: ID<HealthCheck>,
        machine: String,
        cause: Cause,
        state: State,
        requestedBy: String,
        createdAt: Instant,
        concludedAt: Instant? = nil,
        health: MachineHealth? = nil,
        exitCode: Int? = nil,
        reason: String = "",
        output: String = ""
    ) {
        self.id = id
        self.machine = machine
        self.cause = cause
        self.state = state
        self.requestedBy = requestedBy
        self.createdAt = createdAt
        self.concludedAt = concludedAt
        self.health = health
        self.exitCode = exitCode
        self.reason = reason
        self.output = output
    }
}
