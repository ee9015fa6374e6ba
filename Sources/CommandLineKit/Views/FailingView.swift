import FleetModel

/// Quarantines and circuits as people see them.
enum FailingView {
    static func quarantines(now: Instant) -> [Column<Quarantine>] {
        [
            Column("ID", alignsRight: true) { Cell(String($0.id.rawValue)) },
            Column("MACHINE", fit: .shrinks(to: 8)) { Cell($0.machine, .strong) },
            Column("ENVIRONMENT", fit: .shrinks(to: 8)) { Cell($0.environment) },
            Column("RELEASE", fit: .shrinks(to: 8)) { Cell("\($0.project) \($0.release)") },
            Column("RUNS", alignsRight: true) { Cell(String($0.attempts)) },
            Column("SINCE") { Cell(RelativeTime.describe($0.since, now: now)) },
            Column("STATE") { $0.releasedAt == nil ? Cell("quarantined", .bad) : Cell("released", .faint) },
            Column("LAST RUN", fit: .wraps) { Cell($0.reason) },
        ]
    }

    static func sheet(_ quarantine: Quarantine, now: Instant) -> FactSheet {
        FactSheet([
            ("number", Cell(String(quarantine.id.rawValue))),
            ("machine", Cell(quarantine.machine, .strong)),
            ("environment", Cell(quarantine.environment)),
            ("release", Cell("\(quarantine.project) \(quarantine.release)")),
            ("since", Cell(RelativeTime.exact(quarantine.since))),
            ("last run", Cell(quarantine.reason)),
            ("state", quarantine.releasedAt == nil ? Cell("quarantined", .bad) : Cell("released", .good)),
            ("by", Cell(quarantine.releasedBy ?? "")),
            ("reason", Cell(quarantine.releaseReason ?? "")),
        ])
    }

    static func circuits(now: Instant) -> [Column<Circuit>] {
        [
            Column("ID", alignsRight: true) { Cell(String($0.id.rawValue)) },
            Column("ENVIRONMENT", fit: .shrinks(to: 8)) { Cell($0.environment, .strong) },
            Column("RELEASE", fit: .shrinks(to: 8)) { Cell("\($0.project) \($0.release)", .strong) },
            Column("FAILED", alignsRight: true) { Cell("\($0.failed) of \($0.tried)") },
            Column("INSTEAD", fit: .shrinks(to: 6)) { Cell($0.fallback ?? "they wait") },
            Column("OPENED") { Cell(RelativeTime.describe($0.openedAt, now: now)) },
            Column("STATE") { $0.closedAt == nil ? Cell("open", .bad) : Cell("closed", .faint) },
            Column("CLOSED", fit: .wraps) { Cell($0.closeReason ?? "") },
        ]
    }

    static func sheet(_ circuit: Circuit, now: Instant) -> FactSheet {
        FactSheet([
            ("number", Cell(String(circuit.id.rawValue))),
            ("environment", Cell(circuit.environment, .strong)),
            ("release", Cell("\(circuit.project) \(circuit.release)", .strong)),
            ("failed on", Cell("\(circuit.failed) of \(circuit.tried) machines")),
            ("instead", Cell(circuit.fallback ?? "they wait")),
            ("opened", Cell(RelativeTime.exact(circuit.openedAt))),
            ("state", circuit.closedAt == nil ? Cell("open", .bad) : Cell("closed", .good)),
            ("by", Cell(circuit.closedBy ?? "")),
            ("reason", Cell(circuit.closeReason ?? "")),
        ])
    }

    /// What `explain` adds about a release that fails, as label and text.
    static func rows(_ attempts: ProjectExplanation.Attempts, now: Instant) -> [(label: String, text: String)]
    {
        var rows: [(String, String)] = []
        if attempts.made > 0 {
            let next = attempts.nextAt.map { "; the next \(RelativeTime.describe($0, now: now))" } ?? ""
            rows.append(("tried", "\(attempts.made) of \(attempts.allowed) times\(next)"))
        }
        if let quarantine = attempts.quarantine {
            rows.append(
                (
                    "given up",
                    "quarantine \(quarantine.id): \(quarantine.release) was given up \(RelativeTime.describe(quarantine.since, now: now)): "
                        + quarantine.reason
                )
            )
        }
        if let circuit = attempts.circuit {
            let instead =
                circuit.fallback.map { "machines without it get \($0)" } ?? "machines without it wait"
            rows.append(
                (
                    "circuit",
                    "\(circuit.id): \(circuit.release) failed on \(circuit.failed) of \(circuit.tried) machines; \(instead)"
                )
            )
        }
        return rows
    }
}
