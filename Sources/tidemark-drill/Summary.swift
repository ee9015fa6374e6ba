import Proof

/// What the drill found, for people; its last line is for programs.
struct Summary {
    let trials: [Trial]
    let omitted: [(fault: Fault, reason: String)]
    let findings: Auditor.Findings
    let machines: AgentAuditor.Findings
    let counts: (committed: Int, failed: Int, requests: Int, failedRequests: Int)
    let lost: Int
    let took: Duration

    /// Nothing was missed, repeated, out of turn or lost. Times are printed against their targets, and do not count: a
    /// busy machine is slow, not wrong.
    var isProved: Bool {
        trials.allSatisfy(\.isClean) && findings.isClean && lost == 0 && machines.needsLeft == 0
            && machines.findings.isEmpty
    }

    func print() {
        say(
            "\nSeconds from the fault to the next completed scan, and what was wrong afterwards:\n\n\(table)\n"
        )
        for (fault, reason) in omitted { say("left out: \(fault.name): \(reason)") }
        for trial in trials {
            if let complaint = trial.complaint { say("wrong: \(trial.fault.name): \(complaint)") }
        }
        say(
            """
            \(findings.events) events, \(findings.read) read and \(findings.behindMark) behind the mark, \
            \(rate.digits(1)) a second; \(counts.committed) transactions acknowledged to the load, \(counts.failed) \
            failed while the database was away; undecided \(findings.undecided), repeated \(findings.repeated), out of \
            term \(findings.stale), terms that did not grow \(findings.termsNotGrowing)
            \(machines.steps) steps started on \(Agents.names.count) machines, \(machines.unknown) of them unknown, \
            \(machines.lines) log lines stored; \(counts.requests) requests through the balancer, \
            \(counts.failedRequests) failed for good
            """
        )
        say(
            """
            drill: \(trials.count) faults in \(took.seconds.digits(0)) s: missed \(findings.missed), twice \
            \(findings.twice), out of term \(findings.stale), lost \(lost), started twice \
            \(trials.map(\.startedTwice).reduce(0, +)), needs left \(machines.needsLeft), log lines lost \
            \(trials.map(\.logLinesLost).reduce(0, +)), late \(lateFaults): \(isProved ? "proved" : "NOT proved")
            """
        )
    }

    private var rate: Double { Double(findings.events) / max(took.seconds, 0.001) }

    /// Each fault that was done, in order, with its trials.
    private var byFault: [(fault: Fault, trials: [Trial])] {
        Fault.all.compactMap { fault in
            let those = trials.filter { $0.fault.name == fault.name }
            return those.isEmpty ? nil : (fault, those)
        }
    }

    private var lateFaults: Int {
        byFault.count { isLate($0.fault, Measured($0.trials.compactMap(\.seconds))) }
    }

    private func isLate(_ fault: Fault, _ measured: Measured) -> Bool {
        measured.count > 0 && (measured.median > fault.target.median || measured.most > fault.target.most)
    }

    private var table: String {
        var table = TextTable(
            "fault",
            "trials",
            "min",
            "median",
            "p99",
            "max",
            "target",
            "events",
            "missed",
            "twice",
            "stale",
            "lost",
            "started twice",
            "log lines lost"
        )
        for (fault, trials) in byFault {
            let measured = Measured(trials.compactMap(\.seconds))
            func sum(_ count: (Trial) -> Int) -> String { String(trials.map(count).reduce(0, +)) }
            let target = "\(fault.target.median.digits(1))/\(fault.target.most.digits(1))"
            table.add([
                fault.name, String(trials.count), measured.least.digits(3), measured.median.digits(3),
                measured.quantile(0.99).digits(3), measured.most.digits(3),
                "\(target) \(isLate(fault, measured) ? "late" : "met")",
                sum(\.events), sum(\.missed), sum(\.twice), sum(\.stale), sum(\.lost), sum(\.startedTwice),
                sum(\.logLinesLost),
            ])
        }
        return table.text
    }
}

extension Duration {
    var seconds: Double { self / .seconds(1) }
}
