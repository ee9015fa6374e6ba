/// The exit codes of `tidemark-agent`, after `sysexits.h`: scripts and service managers decide by them.
package enum ExitStatus: Int32, Sendable {
    case ok = 0
    /// Something failed; the message says what.
    case failure = 1
    /// A wrong command line.
    case usage = 64
    /// No node could be reached.
    case unavailable = 69
    /// Another agent runs on the same data directory, or the machine has joined already.
    case busy = 75
    /// A node answered and refused: a bad token, a deleted machine.
    case refused = 77
}
