/// What a colour means. Every toned word also says it in letters: colour is never the only sign.
enum Tone: Equatable, Sendable {
    case plain, good, warning, bad, faint, strong

    /// The tone of a state, verdict or health by its wire name; plain for what this version does not know.
    init(state: String) {
        switch state {
        case "Healthy", "succeeded", "ready", "upToDate", "OK": self = .good
        case "HasWarnings", "running", "offered", "deploying", "inFlight", "rolloutInProgress", "batching",
            "retryLater", "draining", "drained", "WARN", "changed":
            self = .warning
        case "Unhealthy", "Unavailable", "failed", "unknown", "gone", "quarantined", "circuitOpen", "FAIL":
            self = .bad
        case "skipped", "cancelled", "stopped", "pending", "unchanged": self = .faint
        case "created": self = .good
        default: self = .plain
        }
    }
}

/// Turns tones into escape sequences, or leaves the text alone where colour is not wanted.
struct Palette: Equatable, Sendable {
    var isOn: Bool

    func paint(_ text: String, _ tone: Tone) -> String {
        guard isOn, tone != .plain, !text.isEmpty else { return text }
        return "\u{1b}[" + code(tone) + "m" + text + "\u{1b}[0m"
    }

    private func code(_ tone: Tone) -> String {
        switch tone {
        case .plain: "0"
        case .good: "32"
        case .warning: "33"
        case .bad: "31"
        case .faint: "2"
        case .strong: "1"
        }
    }
}
