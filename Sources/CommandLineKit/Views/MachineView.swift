import FleetModel

/// Machines as people see them.
enum MachineView {
    static func columns(now: Instant) -> [Column<Machine>] {
        [
            Column("NAME") { Cell($0.name, .strong) },
            Column("ENVIRONMENT", fit: .shrinks(to: 8)) { Cell($0.environment) },
            Column("ROLES", fit: .shrinks(to: 6)) { Cell($0.roles.joined(separator: ",")) },
            Column("HEALTH") { .state($0.health.rawValue) },
            Column("SINCE") { Cell(RelativeTime.describe($0.healthSince, now: now)) },
            Column("SEEN") { Cell($0.lastSeen.map { RelativeTime.describe($0, now: now) } ?? "never") },
            Column("ON") { $0.enabled ? Cell("yes") : Cell("no", .warning) },
        ]
    }

    static func show(_ machine: Machine, in session: Session) throws {
        let now = session.now
        try session.printer.show(machine, name: machine.name) { palette, width in
            sheet(machine, now: now).lines(width: width, palette: palette)
        }
    }

    static func sheet(_ machine: Machine, now: Instant) -> FactSheet {
        let since = RelativeTime.describe(machine.healthSince, now: now)
        let seen = machine.lastSeen.map {
            "\(RelativeTime.describe($0, now: now)), at \(RelativeTime.exact($0))"
        }
        let health = machine.health.rawValue
        let enabled =
            machine.enabled ? Cell("yes") : Cell("no: it is left out of deployments", .warning)
        let facts = machine.facts.sorted { $0.key < $1.key }.map { fact in
            ("  " + Inert.line(fact.key), Cell(fact.value))
        }
        return FactSheet(
            [
                ("name", Cell(machine.name, .strong)),
                ("number", Cell("\(machine.id), incarnation \(machine.incarnation) of the name")),
                ("environment", Cell(machine.environment)),
                ("roles", Cell(machine.roles.joined(separator: ", "))),
                ("policy", Cell((machine.policy ?? "-") + (machine.ephemeral == true ? ", ephemeral" : ""))),
                ("enabled", enabled),
                ("health", Cell("\(health), since \(since)", Tone(state: health))),
                ("seen", Cell(seen ?? "never")),
                ("joined", Cell(RelativeTime.exact(machine.createdAt))),
            ] + expiry(machine) + (facts.isEmpty ? [] : [("facts", Cell("\(facts.count)"))] + facts)
        )
    }

    private static func expiry(_ machine: Machine) -> [(String, Cell)] {
        guard let expired = machine.expiredAt else { return [] }
        let text = "at \(RelativeTime.exact(expired)): deleted later, unless it comes back or is restored"
        return [("expired", Cell(text, .bad))]
    }
}
