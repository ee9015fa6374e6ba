import FleetModel

/// Machine policies as people see them.
enum PolicyView {
    static func columns(now: Instant) -> [Column<MachinePolicy>] {
        [
            Column("NAME") { Cell($0.name, .strong) },
            Column("MACHINES", alignsRight: true) { Cell(String($0.machines)) },
            Column("CHECK") { Cell($0.inForce.healthCheck.kind?.rawValue) },
            Column("WHEN") { Cell(schedule($0.inForce.healthCheck)) },
            Column("CHANGED") { Cell(RelativeTime.describe($0.updatedAt, now: now)) },
            Column("DESCRIPTION", fit: .wraps) { Cell($0.description) },
        ]
    }

    /// Each value that is in force, and whether the policy says it itself.
    static func sheet(_ policy: MachinePolicy) -> FactSheet {
        let isDefault = policy.name == MachinePolicy.defaultName
        func fact(_ name: String, _ text: String?, isOwn: Bool) -> (String, Cell) {
            guard let text else { return (name, Cell("not set", .faint)) }
            return (name, isOwn || isDefault ? Cell(text) : Cell(text + "  (inherited)", .faint))
        }
        func fact<Value>(
            _ name: String,
            _ value: KeyPath<MachinePolicy.Values, Value?>,
            _ inWords: (Value) -> String
        ) -> (String, Cell) {
            fact(name, policy.inForce[keyPath: value].map(inWords), isOwn: policy.own[keyPath: value] != nil)
        }
        // A check has an interval or a cron expression: either of them says when.
        let own = policy.own.healthCheck
        let when = fact(
            "  when",
            schedule(policy.inForce.healthCheck),
            isOwn: own.intervalSeconds != nil || own.cron != nil
        )
        return FactSheet(
            [
                ("name", Cell(policy.name, .strong)),
                ("description", Cell(policy.description)),
                ("machines", Cell(String(policy.machines))),
                ("changed", Cell(RelativeTime.exact(policy.updatedAt))),
                fact("check", \.healthCheck.kind, \.rawValue),
                fact("  script", \.healthCheck.script, firstLine),
                when,
                fact("  timeout", \.healthCheck.timeoutSeconds, span),
                fact("  warning exit codes", \.healthCheck.warningExitCodes, list),
                fact("  before deployment", \.healthCheck.beforeDeployment, word),
                fact("unavailable after", \.unavailableAfterSeconds, span),
                fact("may be offline", \.mayBeOffline, word),
                fact("delete unavailable", \.cleanup.deleteUnavailable, word),
                fact("  after", \.cleanup.deleteUnavailableAfterSeconds, span),
                fact("  purge after", \.cleanup.purgeAfterSeconds, span),
                fact("  guard share", \.cleanup.guard.sharePercent) { "\($0) %" },
                fact("  guard count", \.cleanup.guard.count) { String($0) },
                fact("keep releases", \.keepReleases) { String($0) },
            ] + (policy.cleanupHold.map { [("cleanup held", CleanupPreviewView.held($0))] } ?? [])
        )
    }

    private static func schedule(_ rule: MachinePolicy.HealthCheckRule) -> String? {
        rule.cron.map { "cron \($0)" } ?? rule.intervalSeconds.map { "every \(span($0))" }
    }

    private static func span(_ seconds: Int) -> String { DurationText.text(seconds: seconds) }

    private static func word(_ flag: Bool) -> String { flag ? "yes" : "no" }

    private static func list(_ codes: [Int]) -> String {
        codes.isEmpty ? "none" : codes.map { String($0) }.joined(separator: ", ")
    }

    private static func firstLine(_ script: String) -> String {
        let lines = script.split(separator: "\n")
        return (lines.first.map { String($0) } ?? "")
            + (lines.count > 1 ? " (and \(lines.count - 1) more)" : "")
    }
}
