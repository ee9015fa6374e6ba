import FleetModel

/// Triggers as people see them.
enum TriggerView {
    static var columns: [Column<Trigger>] {
        [
            Column("PROJECT") { Cell($0.project) },
            Column("NAME") { Cell($0.name, .strong) },
            Column("ON") { $0.enabled ? Cell("yes", .good) : Cell("no", .faint) },
            Column("WHERE", fit: .shrinks(to: 8)) { Cell(whereabouts($0)) },
            Column("EVENTS", fit: .wraps) { Cell(events($0)) },
        ]
    }

    static func sheet(_ trigger: Trigger) -> FactSheet {
        FactSheet([
            ("project", Cell(trigger.project)),
            ("name", Cell(trigger.name, .strong)),
            ("enabled", trigger.enabled ? Cell("yes", .good) : Cell("no", .faint)),
            ("events", Cell(events(trigger))),
            ("environments", Cell(all(trigger.environments))),
            ("roles", Cell(all(trigger.roles))),
            ("redeploy", Cell(trigger.redeploy ? "yes, once per event" : "no")),
            ("batch", Cell(batch(trigger.batch))),
            ("drift", Cell(trigger.repairDrift == true ? "repaired" : "only shown")),
            ("retry", Cell(trigger.retry.map(retry) ?? "")),
            ("acts as", Cell(trigger.actsAs ?? "the system itself")),
        ])
    }

    private static func events(_ trigger: Trigger) -> String {
        (trigger.eventGroups.map(\.rawValue) + trigger.eventCategories.map(\.rawValue)).joined(separator: " ")
    }

    private static func whereabouts(_ trigger: Trigger) -> String {
        let roles = trigger.roles.isEmpty ? "" : " (\(trigger.roles.joined(separator: ",")))"
        return all(trigger.environments) + roles
    }

    private static func all(_ names: [String]) -> String {
        names.isEmpty ? "all" : names.joined(separator: ",")
    }

    private static func retry(_ retry: Trigger.Retry) -> String {
        guard retry.attempts > 1 else { return "never" }
        return "\(retry.attempts) attempts, the second after \(RelativeTime.span(retry.backoffSeconds)), "
            + "at most \(RelativeTime.span(retry.longestSeconds)) apart"
    }

    private static func batch(_ batch: Trigger.Batch) -> String {
        let first = batch.canary == 0 ? "" : "; the first \(batch.canary) must succeed before the rest"
        guard batch.quietSeconds > 0 else {
            return "at once, at most \(batch.size) machines together" + first
        }
        return "after \(RelativeTime.span(batch.quietSeconds)) of quiet, at the latest after "
            + "\(RelativeTime.span(batch.longestSeconds)), at most \(batch.size) machines together" + first
    }
}
