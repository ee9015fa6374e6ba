import FleetModel

/// Environments as people see them.
enum EnvironmentView {
    static func columns(now: Instant) -> [Column<Environment>] {
        [
            Column("NAME") { Cell($0.name, .strong) },
            Column("ENDS") { Cell($0.ephemeral.map { ends($0, now: now) } ?? "never") },
            Column("CREATED") { Cell(RelativeTime.describe($0.createdAt, now: now)) },
            Column("DESCRIPTION", fit: .wraps) { Cell($0.description) },
        ]
    }

    private static func ends(_ life: Ephemeral, now: Instant) -> String {
        if life.teardownAt != nil { return "being torn down" }
        return life.protected ? "protected" : RelativeTime.describe(life.expiresAt, now: now)
    }

    static func show(_ environment: Environment, in session: Session) throws {
        try session.printer.show(environment, name: environment.name) { palette, width in
            sheet(environment).lines(width: width, palette: palette)
        }
    }

    private static func facts(_ life: Ephemeral) -> [(String, Cell)] {
        let idle = life.idleLimitSeconds.map { "when idle for \(DurationText.text(seconds: $0))" }
        let empty = life.deleteWhenEmpty ? "when its last machine is gone" : nil
        let ends = ["at \(RelativeTime.exact(life.expiresAt))", idle, empty].compactMap { $0 }
        var facts = [
            ("made from", Cell("\(life.from), by \(life.createdBy)")),
            ("ends", Cell(ends.joined(separator: ", or "))),
        ]
        if life.protected { facts.append(("protected", Cell("yes: it does not end by itself", .warning))) }
        if let since = life.teardownAt {
            let text = "since \(RelativeTime.exact(since)): \(life.teardownReason ?? "")"
            facts.append(("torn down", Cell(text, .bad)))
        }
        return facts
    }

    static func sheet(_ environment: Environment) -> FactSheet {
        FactSheet(
            [
                ("name", Cell(environment.name, .strong)),
                ("description", Cell(environment.description)),
                ("created", Cell(RelativeTime.exact(environment.createdAt))),
            ] + (environment.ephemeral.map(facts) ?? [])
        )
    }
}
