import FleetModel

/// Events as people see them.
enum EventView {
    static func columns(now: Instant) -> [Column<Event>] {
        [
            Column("EVENT", alignsRight: true) { Cell($0.id.description, .faint) },
            Column("WHEN") { Cell(RelativeTime.describe($0.occurredAt, now: now)) },
            Column("CATEGORY", fit: .shrinks(to: 16)) { Cell($0.category, tone($0.category)) },
            Column("BY", fit: .shrinks(to: 6)) { Cell($0.actor) },
            Column("WHAT", fit: .wraps) { Cell($0.message) },
        ]
    }

    /// One event of a watch: text with the time of day in UTC, or one JSON line, or one YAML document.
    static func line(_ event: Event, format: OutputFormat, palette: Palette) throws -> String {
        switch format {
        case .table:
            let time = event.occurredAt.description.dropFirst(11).prefix(8) + "Z"
            return palette.paint("\(time)  #\(event.id)", .faint) + "  "
                + palette.paint(Inert.line(event.category), tone(event.category)) + "  "
                + Inert.line(event.message)
        case .json: return try StructuredText.json(event, pretty: false)
        case .yaml: return "---\n" + (try StructuredText.yaml(event))
        case .name: return event.id.description
        }
    }

    /// By the end of the category's name: what a later version adds gets its tone as well.
    private static func tone(_ category: String) -> Tone {
        let bad = [
            "Failed", "Unavailable", "Unhealthy", "Unknown", "Refused", "Duplicated", "Terminated",
        ]
        let warning = [
            "Warnings", "Cancelled", "CancelRequested", "Disabled", "Deleted", "Skipped", "Detected",
        ]
        let good = ["Succeeded", "Healthy", "Enabled", "Added", "Acquired"]
        if bad.contains(where: category.hasSuffix) { return .bad }
        if warning.contains(where: category.hasSuffix) { return .warning }
        return good.contains(where: category.hasSuffix) ? .good : .plain
    }
}
