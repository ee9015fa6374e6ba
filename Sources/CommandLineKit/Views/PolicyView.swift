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
        let (own, all) = (policy.own, policy.inForce)
        let check = (own: own.healthCheck, all: all.healthCheck)
        let cleanup = (own: own.cleanup, all: all.cleanup)
        let ownSchedule = check.own.intervalSeconds != nil || check.own.cron != nil
        let isDefault = policy.name == MachinePolicy.defaultName
        func fact(_ name: String, _ text: String?, _ isOwn: Bool) -> (String, Cell) {
            guard let text else { return (name, Cell("not set", .faint)) }
            return (name, isOwn || isDefault ? Cell(text) : Cell(text + "  (inherited)", .faint))
        }
        return FactSheet(
            [
                ("name", Cell(policy.name, .strong)),
                ("description", Cell(policy.description)),
                ("machines", Cell(String(policy.machines))),
                ("changed", Cell(RelativeTime.exact(policy.updatedAt))),
                fact("check", check.all.kind?.rawValue, check.own.kind != nil),
                fact("  script", check.all.script.map(firstLine), check.own.script != nil),
                fact("  when", schedule(check.all), ownSchedule),
                fact("  timeout", check.all.timeoutSeconds.map(span), check.own.timeoutSeconds != nil),
                fact(
                    "  warning exit codes",
                    check.all.warningExitCodes.map(list),
                    check.own.warningExitCodes != nil
                ),
                fact(
                    "  before deployment",
                    check.all.beforeDeployment.map(word),
                    check.own.beforeDeployment != nil
                ),
                fact(
                    "unavailable after",
                    all.unavailableAfterSeconds.map(span),
                    own.unavailableAfterSeconds != nil
                ),
                fact("may be offline", all.mayBeOffline.map(word), own.mayBeOffline != nil),
                fact(
                    "delete unavailable",
                    cleanup.all.deleteUnavailable.map(word),
                    cleanup.own.deleteUnavailable != nil
                ),
                fact(
                    "  after",
                    cleanup.all.deleteUnavailableAfterSeconds.map(span),
                    cleanup.own.deleteUnavailableAfterSeconds != nil
                ),
                fact(
                    "  purge after",
                    cleanup.all.purgeAfterSeconds.map(span),
                    cleanup.own.purgeAfterSeconds != nil
                ),
                fact(
                    "  guard share",
                    cleanup.all.guard.sharePercent.map { "\($0) %" },
                    cleanup.own.guard.sharePercent != nil
                ),
                fact(
                    "  guard count",
                    cleanup.all.guard.count.map { String($0) },
                    cleanup.own.guard.count != nil
                ),
                fact("keep releases", all.keepReleases.map { String($0) }, own.keepReleases != nil),
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
