import FleetModel

/// What a machine policy says, in words: each value, and whether the policy says it itself or inherits it.
struct PolicyWords {
    struct Line {
        let name: String
        let value: String
        /// Of `default`; nil: its own word.
        let isInherited: Bool
    }

    let lines: [Line]
    let script: String?

    init(_ policy: MachinePolicy) {
        let (own, force) = (policy.own, policy.inForce)
        let check = force.healthCheck
        let cleanup = force.cleanup
        let isDefault = policy.name == MachinePolicy.defaultName
        func line(_ name: String, _ value: String, says: Bool) -> Line {
            Line(name: name, value: value, isInherited: !says && !isDefault)
        }
        let rhythm =
            check.cron.map { "at \($0) UTC" } ?? Self.span(check.intervalSeconds).map { "every \($0)" }
            ?? "never"
        let guarded =
            "\(cleanup.guard.sharePercent ?? 0) % of the machines, and at least \(cleanup.guard.count ?? 0)"
        lines = [
            line(
                "health check",
                "\((check.kind ?? .connection).rawValue), \(rhythm)",
                says: own.healthCheck.kind != nil
            ),
            line(
                "before a deployment",
                check.beforeDeployment == true ? "checked first" : "its last check counts",
                says: own.healthCheck.beforeDeployment != nil
            ),
            line(
                "unavailable",
                Self.span(force.unavailableAfterSeconds).map { "when silent for \($0)" }
                    ?? "when silent for longer than the nodes allow",
                says: own.unavailableAfterSeconds != nil
            ),
            line(
                "may be offline",
                force.mayBeOffline == true
                    ? "yes: it is skipped without failing a deployment" : "no: a deployment fails without it",
                says: own.mayBeOffline != nil
            ),
            line(
                "cleaned up",
                cleanup.deleteUnavailable == true
                    ? "when unavailable for \(Self.span(cleanup.deleteUnavailableAfterSeconds) ?? "?")"
                    : "never by itself",
                says: own.cleanup.deleteUnavailable != nil || own.cleanup.deleteUnavailableAfterSeconds != nil
            ),
            line(
                "can be taken back",
                "for \(Self.span(cleanup.purgeAfterSeconds) ?? "?") after that",
                says: own.cleanup.purgeAfterSeconds != nil
            ),
            line(
                "stops and asks",
                "when \(guarded) are to go at once",
                says: own.cleanup.guard.count != nil || own.cleanup.guard.sharePercent != nil
            ),
        ]
        script = check.kind == .script ? check.script : nil
    }

    /// Of the machines that follow it, in a few words.
    static func cleanup(of policy: MachinePolicy) -> Badge {
        if let hold = policy.cleanupHold { return Badge("stands still: \(hold.machines) are to go", .bad) }
        guard policy.inForce.cleanup.deleteUnavailable == true else { return Badge("never", .faint) }
        let after = span(policy.inForce.cleanup.deleteUnavailableAfterSeconds) ?? "?"
        return Badge("after \(after)", .good)
    }

    private static func span(_ seconds: Int?) -> String? { seconds.map(RelativeTime.span) }
}
