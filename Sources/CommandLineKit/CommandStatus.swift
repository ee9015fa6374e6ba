/// The published exit codes: scripts rely on them, so that a number never changes its meaning.
enum CommandStatus: Int32, CaseIterable {
    case ok = 0
    case failed = 1
    case different = 2
    case notFound = 3
    case refused = 4
    case unreachable = 5
    case timedOut = 6
    /// `EX_USAGE`, as argument parsing has it.
    case usage = 64

    var meaning: String {
        switch self {
        case .ok: "done, and all is well"
        case .failed: "it failed: a deployment, a request, a file"
        case .different: "diff found changes; doctor found something that is not well"
        case .notFound: "the named thing does not exist"
        case .refused: "the node refused it: credentials, or bad or conflicting input"
        case .unreachable: "the node cannot be reached, or is not ready"
        case .timedOut: "time was up before it happened"
        case .usage: "the command line or the settings are wrong"
        }
    }

    /// The table in the help of the root command.
    static var table: String {
        let lines = allCases.map { status in
            let number = String(status.rawValue)
            return "  " + String(repeating: " ", count: 3 - number.count) + number + "  " + status.meaning
        }
        return lines.joined(separator: "\n")
    }
}
