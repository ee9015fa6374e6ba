import FleetModel

/// Pins, and what environments have had, as people see them.
enum PinView {
    static func columns(now: Instant) -> [Column<Pin>] {
        [
            Column("ID", alignsRight: true) { Cell(String($0.id.rawValue)) },
            Column("WHERE", fit: .shrinks(to: 12)) { Cell($0.place, .strong) },
            Column("RELEASE", fit: .shrinks(to: 8)) { Cell("\($0.project) \($0.release)") },
            Column("FOR") { Cell(span($0, now: now)) },
            Column("BY", fit: .shrinks(to: 8)) { Cell($0.createdBy) },
            Column("STATE") { pin in
                pin.endReason.map { Cell($0.rawValue, .faint) } ?? Cell("in force", .good)
            },
            Column("REASON", fit: .wraps) { Cell($0.reason) },
        ]
    }

    private static func span(_ pin: Pin, now: Instant) -> String {
        let end = pin.expiresAt.map { "ends \(RelativeTime.describe($0, now: now))" }
        return ([pin.once ? "one deployment" : nil, end].compactMap { $0 }.joined(separator: ", "))
            .nonEmpty ?? "until removed"
    }

    static func sheet(_ pin: Pin) -> FactSheet {
        FactSheet([
            ("number", Cell(String(pin.id.rawValue))),
            ("where", Cell(pin.place, .strong)),
            ("release", Cell("\(pin.project) \(pin.release)", .strong)),
            ("once", Cell(pin.once ? "it ends with the first automatic deployment that succeeds" : "")),
            ("expires", Cell(pin.expiresAt.map(RelativeTime.exact) ?? "")),
            ("reason", Cell(pin.reason)),
            ("by", Cell(pin.createdBy)),
            ("created", Cell(RelativeTime.exact(pin.createdAt))),
            ("ended", Cell(pin.endedAt.map(RelativeTime.exact) ?? "")),
            ("because", Cell(pin.endReason?.rawValue ?? "")),
        ])
    }

    static func releases(now: Instant) -> [Column<EnvironmentRelease>] {
        [
            Column("SINCE") { Cell(RelativeTime.describe($0.since, now: now)) },
            Column("PROJECT", fit: .shrinks(to: 8)) { Cell($0.project) },
            Column("RELEASE", fit: .shrinks(to: 8)) { Cell($0.release, .strong) },
            Column("SOURCE") { Cell($0.source.rawValue) },
            Column("DEPLOYMENT", alignsRight: true) { Cell($0.deploymentID?.description ?? "") },
            Column("BY", fit: .shrinks(to: 8)) { Cell($0.actor) },
            Column("REASON", fit: .wraps) { Cell($0.reason) },
        ]
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
