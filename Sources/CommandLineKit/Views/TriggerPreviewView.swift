import FleetModel

/// What triggers would have done, as people see it.
enum TriggerPreviewView {
    static func columns(now: Instant) -> [Column<TriggerPreview.Line>] {
        [
            Column("PROJECT") { Cell($0.project) },
            Column("MACHINE") { Cell($0.machine) },
            Column("IN", fit: .shrinks(to: 8)) { Cell($0.environment) },
            Column("FIRED", alignsRight: true) { Cell(String($0.events)) },
            Column("FIRST", alignsRight: true) { Cell("#\($0.firstEventID)", .faint) },
            Column("LAST") { Cell(RelativeTime.describe($0.lastAt, now: now)) },
            Column("NOW", fit: .shrinks(to: 12)) { .state($0.verdict) },
            Column("WHY", fit: .wraps) { line in
                guard line.deployments > 0 else { return Cell(line.reason) }
                let times = line.deployments == 1 ? "once" : "\(line.deployments) times"
                return Cell("\(line.release ?? "a release") would be deployed to it \(times)")
            },
        ]
    }

    /// How much it was, and what the reader must know.
    static func remarks(_ preview: TriggerPreview) -> [String] {
        let sums = preview.triggers.map { trigger in
            let shown = trigger.machines.count
            let rest = shown < trigger.machineCount ? ", \(shown) of them shown" : ""
            return "\(trigger.project)/\(trigger.trigger): \(trigger.matches) events would have fired it for "
                + "\(trigger.machineCount) machines\(rest), since \(RelativeTime.exact(preview.since))"
        }
        return sums + preview.notes + ["nothing was written"]
    }
}
