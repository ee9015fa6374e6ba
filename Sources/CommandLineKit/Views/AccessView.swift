import FleetModel

/// People, keys and grants as people see them.
enum AccessView {
    static func people(now: Instant) -> [Column<Person>] {
        [
            Column("NAME", fit: .shrinks(to: 8)) { Cell($0.name) },
            Column("MAY", fit: .shrinks(to: 12)) { Cell(words($0.grants)) },
            Column("STATE") { state($0) },
            Column("SIGNED IN") { Cell(ago($0.lastSignInAt, now: now)) },
            Column("CALLED", fit: .shrinks(to: 6)) { Cell($0.displayName) },
        ]
    }

    static func keys(now: Instant) -> [Column<APIKey>] {
        [
            Column("NAME", fit: .shrinks(to: 8)) { Cell($0.name) },
            Column("KEY") { Cell($0.prefix + "…", .faint) },
            Column("MAY", fit: .shrinks(to: 12)) { Cell(words($0.grants)) },
            Column("OWNER", fit: .shrinks(to: 6)) { Cell($0.owner ?? "") },
            Column("STATE") { state($0, now: now) },
            Column("USED") { Cell(ago($0.lastUsedAt, now: now)) },
        ]
    }

    static func sheet(_ person: Person, now: Instant) -> FactSheet {
        FactSheet([
            ("name", Cell(person.name)),
            ("called", Cell(person.displayName)),
            ("may", Cell(words(person.grants))),
            ("state", state(person)),
            ("password", Cell(person.hasPassword ? "set" : "none")),
            ("signed in", Cell(ago(person.lastSignInAt, now: now))),
            ("entered", Cell("\(ago(person.createdAt, now: now)) by \(person.createdBy)")),
        ])
    }

    static func sheet(_ key: APIKey, now: Instant) -> FactSheet {
        FactSheet([
            ("name", Cell(key.name)),
            ("may", Cell(words(key.grants))),
            ("owner", Cell(key.owner ?? "nobody in particular")),
            ("state", state(key, now: now)),
            ("made", Cell("\(ago(key.createdAt, now: now)) by \(key.createdBy)")),
        ])
    }

    static func sheet(_ me: APIV1.WhoAmI) -> FactSheet {
        FactSheet(
            [("you are", Cell(me.actor)), ("may", Cell(words(me.grants)))]
                + (me.owner.map { [("as far as", Cell("\($0) may: \(words(me.ownerGrants ?? []))"))] } ?? [])
        )
    }

    private static func words(_ grants: [Grant]) -> String {
        grants.isEmpty ? "nothing" : grants.map(\.description).joined(separator: "; ")
    }

    private static func ago(_ time: Instant?, now: Instant) -> String {
        time.map { RelativeTime.describe($0, now: now) } ?? "never"
    }

    private static func state(_ person: Person) -> Cell {
        person.disabledAt == nil ? Cell("enabled", .good) : Cell("disabled", .faint)
    }

    private static func state(_ key: APIKey, now: Instant) -> Cell {
        if key.revokedAt != nil { return Cell("revoked", .faint) }
        guard let end = key.expiresAt else { return Cell("in use", .good) }
        return end <= now
            ? Cell("ended", .faint) : Cell("ends " + RelativeTime.describe(end, now: now), .good)
    }
}
