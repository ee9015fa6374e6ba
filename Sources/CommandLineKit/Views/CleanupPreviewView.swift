import FleetModel

/// What cleanup would do, as people see it.
enum CleanupPreviewView {
    static func lines(_ preview: CleanupPreview, now: Instant, width: Int?, palette: Palette) -> [String] {
        let sheet = FactSheet([
            ("policy", Cell(preview.policy, .strong)),
            ("cleans up", cleansUp(preview)),
            (
                "asks",
                Cell("when \(preview.guardCount) and \(preview.guardSharePercent) % fall silent together")
            ),
            ("held", held(preview.hold)),
            ("machines", Cell(String(preview.machines))),
        ]).lines(width: width, palette: palette)
        guard !preview.unavailable.isEmpty else { return sheet + ["", "no machine of it is unavailable"] }
        let table = Table<CleanupPreview.Item>(columns: [
            Column("MACHINE") { Cell($0.machine, .strong) },
            Column("UNAVAILABLE") { Cell(RelativeTime.describe($0.unavailableSince, now: now)) },
            Column("PLAN") { Cell($0.plan, $0.plan == "wait" || $0.plan == "disabled" ? .faint : .warning) },
            Column("AT") { Cell($0.at.map(RelativeTime.exact) ?? "-") },
            Column("WHY", fit: .wraps) { Cell($0.reason) },
        ]).lines(of: preview.unavailable, width: width, palette: palette)
        return sheet + [""] + table + (preview.truncated ? ["", "there are more"] : [])
    }

    private static func cleansUp(_ preview: CleanupPreview) -> Cell {
        let after = DurationText.text(seconds: preview.deleteAfterSeconds)
        let purge = DurationText.text(seconds: preview.purgeAfterSeconds)
        let what = "expired after \(after) unavailable, deleted \(purge) later"
        return preview.deleteUnavailable
            ? Cell(what) : Cell("no; with deleteUnavailable it would be: \(what)", .warning)
    }

    static func held(_ hold: CleanupHold?) -> Cell {
        guard let hold else { return Cell("no") }
        let whose = hold.scope == "policy" ? "its" : "the fleet's"
        return Cell("yes: \(hold.machines) of \(whose) \(hold.of) machines fell silent together", .bad)
    }
}
