import FleetModel

/// A state as it is shown: a word, a mark and a tone, so that nobody needs to see the colour.
struct Badge: Sendable, Equatable {
    enum Tone: String, Sendable {
        case good, warning, bad, busy, faint

        var mark: String {
            switch self {
            case .good: "✓"
            case .warning: "!"
            case .bad: "✕"
            case .busy: "◐"
            case .faint: "–"
            }
        }
    }

    let text: String
    let tone: String
    let mark: String
    /// The code behind the word.
    let code: String

    init(_ text: String, _ tone: Tone, code: String? = nil) {
        self.text = text
        self.tone = tone.rawValue
        mark = tone.mark
        self.code = code ?? text
    }

    init(_ health: MachineHealth) {
        let tone: Tone =
            switch health {
            case .healthy: .good
            case .hasWarnings: .warning
            case .unhealthy, .unavailable: .bad
            case .unknown: .faint
            }
        self.init(Words.of(health.rawValue), tone, code: health.rawValue)
    }

    init(_ state: DeploymentState) {
        let tone: Tone =
            switch state {
            case .running: .busy
            case .succeeded: .good
            case .failed: .bad
            case .cancelled: .faint
            }
        self.init(state.rawValue, tone)
    }

    init(_ state: RunState) {
        let tone: Tone =
            switch state {
            case .pending, .cancelled, .skipped: .faint
            case .running: .busy
            case .succeeded: .good
            case .failed: .bad
            case .unknown: .warning
            }
        self.init(state.rawValue, tone)
    }

    init(_ state: StepState) {
        let tone: Tone =
            switch state {
            case .pending, .cancelled, .skipped: .faint
            case .offered, .running: .busy
            case .succeeded: .good
            case .failed: .bad
            case .unknown: .warning
            }
        self.init(state.rawValue, tone)
    }

    /// A reason code; one of a newer node is shown as it is.
    init(verdict code: String) {
        let tone: Tone =
            switch code {
            case "upToDate": .good
            case "retryLater", "quarantined", "circuitOpen", "environmentTearingDown":
                .bad
            case "new", "deploying", "inFlight", "rolloutInProgress", "batching", "waitingForProject",
                "waitingForCanary", "needOpened", "needAlreadyOpen":
                .busy
            case "nothingDeployedYet", "noApplicableStep", "machineDeleted", "noLongerApplies": .faint
            default: .warning
            }
        self.init(Words.of(code), tone, code: code)
    }

    init(category: String) {
        let isBad = [
            "Failed", "Unhealthy", "Unavailable", "Refused", "Unknown", "Quarantined", "Duplicated",
            "Failing", "Dropped",
        ]
        .contains { category.hasSuffix($0) }
        let isGood = ["Healthy", "Succeeded", "Enabled", "Closed", "Recovered"].contains {
            category.hasSuffix($0)
        }
        self.init(category, isBad ? .bad : (isGood && category != "MachineUnhealthy" ? .good : .faint))
    }
}

/// Codes as words: `rolloutInProgress` is `rollout in progress`.
enum Words {
    static func of(_ code: String) -> String {
        var words = ""
        for character in code {
            if character.isUppercase, !words.isEmpty { words.append(" ") }
            words += character.lowercased()
        }
        return words
    }

    /// What somebody was granted, or the first few of it.
    static func of(_ grants: [Grant], most: Int = .max) -> String {
        guard !grants.isEmpty else { return "no role" }
        let shown = grants.prefix(most).map(\.description).joined(separator: "; ")
        return grants.count > most ? "\(shown); and \(grants.count - most) more" : shown
    }

    /// For who looks for a button that is not there.
    static func takes(_ right: Right, _ place: String) -> String {
        "That takes the role \(right.least.rawValue)\(right.least == .admin ? "" : " or higher") \(place)."
    }

    /// `1 machine`, `2 machines`.
    static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(noun)s"
    }
}
