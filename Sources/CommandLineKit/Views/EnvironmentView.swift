import FleetModel

/// Environments as people see them.
enum EnvironmentView {
    static func columns(now: Instant) -> [Column<Environment>] {
        [
            Column("NAME") { Cell($0.name, .strong) },
            Column("CREATED") { Cell(RelativeTime.describe($0.createdAt, now: now)) },
            Column("DESCRIPTION", fit: .wraps) { Cell($0.description) },
        ]
    }

    static func sheet(_ environment: Environment) -> FactSheet {
        FactSheet([
            ("name", Cell(environment.name, .strong)),
            ("description", Cell(environment.description)),
            ("created", Cell(RelativeTime.exact(environment.createdAt))),
        ])
    }
}
