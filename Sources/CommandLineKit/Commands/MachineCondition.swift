import ArgumentParser
import FleetModel

/// What `wait machine` waits for, judged on the machine's explanation.
enum MachineCondition: Equatable, Sendable {
    case healthy
    case unavailable
    /// nil: of every project that means to have something on it.
    case upToDate(project: String?)

    /// Whether it is so, and how things stand in words.
    struct Standing: Equatable {
        let isReached: Bool
        let words: String
    }

    var project: String? {
        if case .upToDate(let project) = self { project } else { nil }
    }

    func standing(in explanation: Explanation) -> Standing {
        let health = explanation.machine.health
        switch self {
        case .healthy: return Standing(isReached: health == .healthy, words: health.rawValue)
        case .unavailable: return Standing(isReached: health == .unavailable, words: health.rawValue)
        case .upToDate(let project):
            let meant = explanation.projects.filter { project == nil || $0.project == project }
            let late = meant.filter { $0.verdict != Verdict.upToDate.rawValue && $0.desired != nil }
            // A machine that nothing is meant for yet is not up to date: something is on its way to it.
            let isReached = late.isEmpty && meant.contains { $0.verdict == Verdict.upToDate.rawValue }
            let words = late.map { "\($0.project) \($0.verdict)" }.joined(separator: ", ")
            let rest = isReached ? "up to date" : "nothing is meant for it yet"
            return Standing(isReached: isReached, words: late.isEmpty ? rest : words)
        }
    }
}

extension MachineCondition: ExpressibleByArgument, CustomStringConvertible {
    init?(argument: String) {
        switch argument {
        case "healthy": self = .healthy
        case "unavailable": self = .unavailable
        case "up-to-date": self = .upToDate(project: nil)
        default:
            let prefix = "up-to-date="
            guard argument.hasPrefix(prefix), argument.count > prefix.count else { return nil }
            self = .upToDate(project: String(argument.dropFirst(prefix.count)))
        }
    }

    var description: String {
        switch self {
        case .healthy: "healthy"
        case .unavailable: "unavailable"
        case .upToDate(let project): "up to date" + (project.map { " with \($0)" } ?? "")
        }
    }
}
