import FleetModel

/// Freezes as people see them.
enum FreezeView {
    static func columns(now: Instant) -> [Column<Freeze>] {
        [
            Column("NAME", fit: .shrinks(to: 8)) { Cell($0.name, .strong) },
            Column("STATE") { state($0) },
            Column("FROM") { Cell(RelativeTime.describe($0.from, now: now)) },
            Column("TO") { Cell(RelativeTime.describe($0.to, now: now)) },
            Column("ENVIRONMENTS", fit: .shrinks(to: 8)) { Cell($0.environments.joined(separator: ",")) },
            Column("PROJECTS", fit: .shrinks(to: 6)) {
                Cell($0.projects.isEmpty ? "all" : $0.projects.joined(separator: ","))
            },
            Column("REASON", fit: .wraps) { Cell($0.reason) },
        ]
    }

    private static func state(_ freeze: Freeze) -> Cell {
        switch freeze.state {
        case .planned: Cell("planned")
        case .inForce: Cell("in force", .bad)
        case .past: Cell("past", .faint)
        }
    }

    static func sheet(_ freeze: Freeze) -> FactSheet {
        FactSheet([
            ("name", Cell(freeze.name, .strong)),
            ("description", Cell(freeze.description)),
            ("state", state(freeze)),
            ("from", Cell(RelativeTime.exact(freeze.from))),
            ("to", Cell(RelativeTime.exact(freeze.to))),
            ("environments", Cell(freeze.environments.joined(separator: ", "))),
            ("projects", Cell(freeze.projects.isEmpty ? "all" : freeze.projects.joined(separator: ", "))),
            ("reason", Cell(freeze.reason)),
        ])
    }
}
