import Proof

/// What the drill found, for people; its last line is for programs.
struct Summary {
    let reports: [FaultReport]
    let findings: Auditor.Findings
    let load: (committed: Int, failed: Int)
    let took: Duration

    /// Returns whether nothing was missed, repeated or out of turn. Times are printed against their targets, and do
    /// not count: a busy machine is slow, not wrong.
    func report() -> Bool {
        var table = TextTable(
            "fault",
            "trials",
            "min s",
            "median s",
            "p99 s",
            "max s",
            "target",
            "events",
            "missed",
            "twice"
        )
        for report in reports where !report.takeovers.isEmpty {
            let measured = Measured(report.takeovers)
            let target = report.fault.target
            let isMet = measured.median < target.median && measured.most < target.most
            table.add([
                report.fault.name, String(measured.count), measured.least.digits(3),
                measured.median.digits(3),
                measured.quantile(0.99).digits(3), measured.most.digits(3),
                "\(target.median.digits(1))/\(target.most.digits(1)) \(isMet ? "met" : "missed")",
                String(report.events), String(report.missed), String(report.twice),
            ])
        }
        say("\nFrom the fault to the next completed scan (targets: median/max):\n\n\(table.text)\n")
        say(
            """
            \(findings.events) events, \(findings.read) read and \(findings.behindMark) behind the mark; \
            \(load.committed) transactions of the load, \(load.failed) failed while the database was away; \
            \(rate.digits(1)) events a second
            undecided \(findings.undecided), repeated \(findings.repeated), out of term \(findings.stale), \
            terms that did not grow \(findings.termsNotGrowing)
            """
        )
        let kills = Measured(reports.first { $0.fault == .killed }?.takeovers ?? [])
        say(
            """
            drill: missed \(findings.missed), twice \(findings.twice), takeover median \(kills.median.digits(3)) s, \
            max \(kills.most.digits(3)) s
            """
        )
        return findings.missed == 0 && findings.twice == 0 && findings.stale == 0
            && findings.termsNotGrowing == 0
    }

    private var rate: Double { Double(findings.events) / max(took / .seconds(1), 0.001) }
}
