import FleetModel

/// Join tokens as people see them.
enum TokenView {
    static func columns(now: Instant) -> [Column<APIV1.Token>] {
        [
            Column("ID", alignsRight: true) { Cell(String($0.id)) },
            Column("TOKEN") { Cell($0.prefix + "…", .faint) },
            Column("ENVIRONMENT", fit: .shrinks(to: 8)) { Cell($0.environment) },
            Column("ROLES", fit: .shrinks(to: 6)) { Cell($0.roles.joined(separator: ",")) },
            Column("USED", alignsRight: true) { Cell(String($0.uses)) },
            Column("LEFT", alignsRight: true) { Cell($0.usesLeft.map { String($0) } ?? "any") },
            Column("STATE") { state($0, now: now) },
            Column("BY", fit: .shrinks(to: 6)) { Cell($0.createdBy) },
        ]
    }

    static func sheet(_ token: APIV1.Token, now: Instant) -> FactSheet {
        FactSheet([
            ("number", Cell(String(token.id))),
            ("environment", Cell(token.environment)),
            ("roles", Cell(token.roles.joined(separator: ", "))),
            ("policy", Cell(token.policy)),
            ("ephemeral", Cell(token.ephemeral == true ? "yes" : "no")),
            ("machines", Cell(token.usesLeft.map { String($0) } ?? "any number")),
            (
                "ends",
                Cell(
                    "\(RelativeTime.describe(token.expiresAt, now: now)), at \(RelativeTime.exact(token.expiresAt))"
                )
            ),
        ])
    }

    static func joinCommand(token: String, url: String) -> String {
        "  tidemark-agent join --url \(url) --token \(token) --data-dir /var/lib/tidemark-agent"
    }

    private static func state(_ token: APIV1.Token, now: Instant) -> Cell {
        if token.revoked { return Cell("revoked", .faint) }
        if token.expiresAt <= now { return Cell("ended", .faint) }
        if token.usesLeft == 0 { return Cell("used up", .faint) }
        return Cell("ends " + RelativeTime.describe(token.expiresAt, now: now), .good)
    }
}
