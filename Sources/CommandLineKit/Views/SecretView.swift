import FleetModel

/// Secrets as people see them: without their values.
enum SecretView {
    static func columns(now: Instant) -> [Column<Secret>] {
        [
            Column("NAME", fit: .shrinks(to: 8)) { Cell($0.name, .strong) },
            Column("ENVIRONMENT") { Cell($0.environment ?? "every") },
            Column("VERSION", alignsRight: true) { Cell(String($0.version)) },
            Column("SET") { Cell(RelativeTime.describe($0.setAt, now: now)) },
            Column("BY", fit: .shrinks(to: 6)) { Cell($0.setBy) },
        ]
    }
}
