import FleetModel

/// A machine's past in lines: who it was, what was on it, what had happened.
struct MachineHistoryView {
    let palette: Palette
    /// nil: lines are as long as they like.
    let width: Int?

    func lines(_ history: MachineHistory) -> [String] {
        head(history) + [""] + releases(history) + [""] + entries(history)
    }

    private func head(_ history: MachineHistory) -> [String] {
        let who = [
            palette.paint(Inert.line(history.name), .strong),
            "machine \(history.id), number \(history.incarnation) of that name",
            Inert.line("in \(history.environment)"),
        ]
        let joined = "joined \(RelativeTime.exact(history.joinedAt))"
        let deleted = history.deletedAt.map {
            "  " + palette.paint("deleted \(RelativeTime.exact($0))", .warning)
        }
        return [who.joined(separator: "  "), joined + (deleted ?? "")]
    }

    private func releases(_ history: MachineHistory) -> [String] {
        let at = RelativeTime.exact(history.at)
        switch history.presence {
        case .notJoinedYet: return ["at \(at) it had not joined yet"]
        case .deleted: return ["at \(at) it was deleted already"]
        case .present where history.releases.isEmpty: return ["at \(at) nothing was known to be on it"]
        case .present: break
        }
        let columns: [Column<MachineHistory.Held>] = [
            Column("PROJECT") { Cell($0.project) },
            Column("ON IT") { Cell($0.release ?? "nothing", .strong) },
            Column("SINCE") { Cell(RelativeTime.exact($0.since)) },
            Column("HOW", fit: .wraps) { held in
                let how = held.deploymentID.map { "deployment \($0)" } ?? "its agent found it there"
                return Cell(held.incomplete.map { "\(how); \($0) was begun and not completed" } ?? how)
            },
        ]
        return ["at \(at)"]
            + Table(columns: columns).lines(of: history.releases, width: width, palette: palette)
    }

    private func entries(_ history: MachineHistory) -> [String] {
        var notes: [String] = []
        if history.hasEarlier, let oldest = history.entries.first {
            notes.append("there was more before: look with --at \(oldest.at)")
        }
        if let since = history.eventsKeptSince {
            notes.append("events before \(RelativeTime.exact(since)) are no longer kept")
        }
        let columns: [Column<MachineHistory.Entry>] = [
            Column("WHEN") { Cell(RelativeTime.exact($0.at)) },
            Column("EVENT", alignsRight: true) { Cell($0.eventID.map { "#\($0)" }, .faint) },
            Column("WHAT", fit: .wraps) { Cell($0.what) },
        ]
        return notes.map { palette.paint($0, .faint) }
            + Table(columns: columns).lines(of: history.entries, width: width, palette: palette)
    }
}
