internal import FleetModel

/// How a step ended, before it becomes a result with log and inventory.
struct StepEnd: Sendable, Equatable {
    var outcome: AgentV1.Outcome
    var exitCode: Int?
    var message: String
    var droppedBytes = 0

    init(_ outcome: AgentV1.Outcome, exitCode: Int? = nil, _ message: String, droppedBytes: Int = 0) {
        self.outcome = outcome
        self.exitCode = exitCode
        self.message = message
        self.droppedBytes = droppedBytes
    }

    /// - Parameters:
    ///   - exit: nil: the supervisor vanished.
    ///   - what: "script" or "check", for the message.
    init(_ exit: StepExit?, of what: String, timeoutSeconds: Int) {
        guard let exit else {
            self.init(
                .unknown,
                "the \(what) was started, and what ran it is gone: whether it ran to its end is not known"
            )
            return
        }
        let left = exit.outputLeftOpen ? "; a process that it left behind holds its output open" : ""
        switch exit.ending {
        case .exited(0): self.init(.succeeded, exitCode: 0, "the \(what) succeeded\(left)")
        case .exited(let code):
            self.init(.failed, exitCode: Int(code), "the \(what) ended with exit code \(code)\(left)")
        case .signalled(let signal):
            // As a shell says it.
            self.init(.failed, exitCode: 128 + Int(signal), "the \(what) was ended by signal \(signal)")
        case .timedOut:
            self.init(.failed, "the \(what) did not end within \(timeoutSeconds) s and was stopped")
        case .cancelled: self.init(.cancelled, "the \(what) was cancelled")
        case .notStarted(let reason): self.init(.failed, "the \(what) could not be started: \(reason)")
        }
        droppedBytes = exit.droppedBytes
    }
}
