import FleetModel

/// Releases as people see them.
enum ReleaseView {
    static func columns(now: Instant) -> [Column<Release>] {
        [
            Column("VERSION") { Cell($0.version, .strong) },
            Column("CREATED") { Cell(RelativeTime.describe($0.createdAt, now: now)) },
            Column("BY", fit: .shrinks(to: 6)) { Cell($0.createdBy) },
            Column("PACKAGES", fit: .shrinks(to: 10)) { Cell(packages($0)) },
            Column("NOTES", fit: .wraps) { Cell($0.notes) },
        ]
    }

    static func lines(_ release: Release, width: Int?, palette: Palette) -> [String] {
        let sheet = FactSheet([
            ("project", Cell(release.project)),
            ("version", Cell(release.version, .strong)),
            ("created", Cell("\(RelativeTime.exact(release.createdAt)) by \(release.createdBy)")),
            ("packages", Cell(packages(release))),
            ("variables", Cell(VariablesView.text(release.variables, release.environmentVariables))),
            ("notes", Cell(release.notes)),
        ])
        return sheet.lines(width: width, palette: palette) + [""]
            + ProcessView.lines(release.process, width: width, palette: palette)
    }

    private static func packages(_ release: Release) -> String {
        release.process.compactMap { step in
            guard case .package(let install) = step.action else { return nil }
            return "\(install.name)=\(install.version ?? release.version)"
        }.joined(separator: " ")
    }
}
