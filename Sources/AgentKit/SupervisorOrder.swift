/// What the agent tells a step's supervisor: `order.json` in the step's folder.
struct SupervisorOrder: Codable, Sendable, Equatable {
    /// Between TERM and KILL.
    static let graceSeconds = 10
    /// How long output is read that another process than the script holds open (F8).
    static let drainSeconds = 2

    var command: [String]
    var directory: String
    var environment: [String: String]
    var timeoutSeconds: Int
    var graceSeconds = Self.graceSeconds
    var drainSeconds = Self.drainSeconds
    /// Most bytes of output that are kept.
    var logBytes: Int
    /// Where the step's secrets lie, which are masked in its output; nil: it has none.
    var secretsFolder: String?
}

/// How a script ended: `exit.json`.
struct StepExit: Codable, Sendable, Equatable {
    enum Ending: Codable, Sendable, Equatable {
        case exited(code: Int32)
        case signalled(Int32)
        case timedOut
        case cancelled
        case notStarted(reason: String)
    }

    var ending: Ending
    var droppedBytes: Int
    /// A process that the script left behind still held its output.
    var outputLeftOpen: Bool
}
