package import FleetModel

/// What the end of a health check says of its machine.
package struct HealthCheckConclusion: Sendable, Equatable {
    /// How a script says more than its exit code can: a line that begins with one of these, and then a reason.
    package static let errorMarker = "##tidemark[error]"
    package static let warningMarker = "##tidemark[warning]"

    private static let reasonLength = 300

    package let health: MachineHealth
    /// One sentence.
    package let reason: String

    /// The worst of what the script said counts: it ran out of time or never ran, it said error, its exit code is
    /// neither 0 nor one that means a warning, it said warning.
    package init(of end: HealthCheckEnd, warningExitCodes: [Int]) {
        let said = (
            error: Self.said(Self.errorMarker, in: end.output),
            warning: Self.said(Self.warningMarker, in: end.output)
        )
        switch end.ending {
        case .timedOut(let seconds):
            self.init(.unhealthy, "the check did not end within \(seconds) s")
        case .notRun(let why):
            self.init(.unhealthy, "the check could not be run: \(why)")
        case .exited:
            if let error = said.error {
                self.init(.unhealthy, "the check says: \(error)")
            } else if let code = end.exitCode, code != 0, !warningExitCodes.contains(code) {
                self.init(.unhealthy, "the check ended with exit code \(code)")
            } else if let warning = said.warning {
                self.init(.hasWarnings, "the check says: \(warning)")
            } else if let code = end.exitCode, code != 0 {
                self.init(.hasWarnings, "the check ended with exit code \(code), which means a warning")
            } else {
                self.init(.healthy, "the check passed")
            }
        }
    }

    private init(_ health: MachineHealth, _ reason: String) {
        self.health = health
        self.reason = String(reason.unicodeScalars.prefix(Self.reasonLength).map(Character.init))
    }

    /// What the first line with the marker says; nil: no line has it.
    private static func said(_ marker: String, in output: String) -> String? {
        for line in output.split(whereSeparator: \.isNewline) {
            let text = line.drop { $0 == " " || $0 == "\t" }
            guard text.hasPrefix(marker) else { continue }
            let reason = text.dropFirst(marker.count).drop { $0 == " " || $0 == "\t" }
            return reason.isEmpty ? "\(marker), without a reason" : String(reason)
        }
        return nil
    }
}

/// How the script of a health check ended, and what it wrote.
package struct HealthCheckEnd: Sendable, Equatable {
    package enum Ending: Sendable, Equatable {
        case exited(Int)
        case timedOut(seconds: Int)
        /// It was not started, or nobody knows how it ended.
        case notRun(String)
    }

    package var ending: Ending
    package var output: String

    package init(_ ending: Ending, output: String = "") {
        self.ending = ending
        self.output = output
    }

    package var exitCode: Int? {
        if case .exited(let code) = ending { code } else { nil }
    }
}
