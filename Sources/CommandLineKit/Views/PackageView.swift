import FleetModel

/// Packages of the store as people see them.
enum PackageView {
    static func columns(now: Instant) -> [Column<APIV1.Package>] {
        [
            Column("NAME") { Cell($0.name, .strong) },
            Column("VERSION") { Cell($0.version) },
            Column("SIZE", alignsRight: true) { Cell(ByteCount.describe($0.sizeBytes)) },
            Column("SHA-256") { Cell(String($0.sha256.prefix(12)), .faint) },
            Column("PUSHED") { Cell(RelativeTime.describe($0.createdAt, now: now)) },
            Column("BY", fit: .shrinks(to: 6)) { Cell($0.pushedBy) },
        ]
    }

    static func sheet(_ package: APIV1.Package) -> FactSheet {
        FactSheet([
            ("package", Cell(package.name, .strong)),
            ("version", Cell(package.version)),
            ("size", Cell(ByteCount.describe(package.sizeBytes))),
            ("sha-256", Cell(package.sha256)),
            ("pushed", Cell("\(RelativeTime.exact(package.createdAt)) by \(package.pushedBy)")),
        ])
    }
}
