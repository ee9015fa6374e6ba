import FleetModel

/// Decisions as people see them.
enum DecisionView {
    static func columns(now: Instant) -> [Column<Decision>] {
        [
            Column("EVENT", alignsRight: true) { Cell($0.eventID.description, .faint) },
            Column("WHEN") { Cell(RelativeTime.describe($0.decidedAt, now: now)) },
            Column("MACHINE") { Cell($0.machine ?? $0.machineID.description) },
            Column("PROJECT") { Cell($0.project ?? $0.projectID.description) },
            Column("VERDICT", fit: .shrinks(to: 12)) { .state($0.verdict) },
            Column("WHY", fit: .wraps) { decision in
                let deployment = decision.deploymentID.map { " (deployment \($0))" } ?? ""
                return Cell(decision.reason + deployment)
            },
        ]
    }
}
