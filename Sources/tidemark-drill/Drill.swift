import Postgres
import Proof

/// Does one fault after another to a cluster under load, in an order that a seed repeats, and looks after each what is
/// wrong.
struct Drill {
    let stage: Stage
    let faults: [Fault]
    let rounds: Int

    private(set) var trials: [Trial] = []
    private var before = Auditor.Findings()
    private var lostBefore = 0

    init(stage: Stage, faults: [Fault], rounds: Int) {
        self.stage = stage
        self.faults = faults
        self.rounds = rounds
    }

    mutating func run() async throws {
        before = try await Auditor.audit(stage.servers.database)
        for round in 1...max(rounds, 1) {
            let schedule = faults.flatMap { Array(repeating: $0, count: $0.timesPerRound) }
                .shuffled(using: &stage.random)
            for fault in schedule { try await attempt(fault, round) }
        }
    }

    /// One fault, by chance which.
    mutating func doOne() async throws {
        guard !faults.isEmpty else { return }
        try await attempt(faults[Int.random(in: faults.indices, using: &stage.random)], 1)
    }

    private mutating func attempt(_ fault: Fault, _ round: Int) async throws {
        _ = try await stage.watch.settledLeader()
        try stage.nodes.checkAlive()
        // At any moment of the cluster's life, not always at the same one.
        try await Task.sleep(for: .milliseconds(Int.random(in: 50...800, using: &stage.random)))
        var trial = Trial(fault: fault, round: round, began: try await epoch())
        do {
            trial.seconds = try await fault.act(stage)
        } catch {
            try Task.checkCancellation()
            trial.complaint = "\(error)"
            say("drill: \(fault.name) went wrong, and the cluster is healed: \(error)")
            try await stage.heal()
        }
        let after = try await settle()
        let lost = try await stage.load.ledger.lost(in: stage.servers.database)
        trial.events = after.events - before.events
        trial.missed = max(after.missed - before.missed, 0)
        trial.twice = max(after.twice - before.twice, 0)
        trial.stale = max(after.stale - before.stale, 0)
        trial.lost = max(lost - lostBefore, 0)
        trial.ended = try await epoch()
        (before, lostBefore) = (after, lost)
        trials.append(trial)
        say("drill: \(trials.count). \(fault.name): \(trial.inWords)")
    }

    /// Everything that is committed is behind the mark within half a minute, or it is missed.
    func settle() async throws -> Auditor.Findings {
        let database = stage.servers.database
        let started = try await poll("the auditor to read the tables") { try await Auditor.audit(database) }
        do {
            return try await poll("events to be read", every: .milliseconds(100), within: .seconds(30)) {
                let findings = try await Auditor.audit(database)
                return findings.behindMark >= started.events ? findings : nil
            }
        } catch is ProofError {
            throw ProofError("of \(started.events) events some were not read for 30 s: scanning has stalled")
        }
    }

    /// What the machines say, when every need of theirs has had its time to be met.
    mutating func auditMachines() async throws -> AgentAuditor.Findings {
        let database = stage.servers.database
        _ = try? await poll("the needs to be met", every: .milliseconds(200)) {
            try await AgentAuditor.needsLeft(in: database) == 0 ? () : nil
        }
        let findings = try await AgentAuditor.audit(stage.agents, database)
        for finding in findings.findings {
            // It belongs to the fault that came last when its deployment was made.
            let index = trials.lastIndex { $0.began <= finding.at } ?? trials.startIndex
            if trials.indices.contains(index) { trials[index].take(finding) }
        }
        return findings
    }

    private func epoch() async throws -> Double {
        let database = stage.servers.database
        return try await poll("the database's clock") {
            try await database.query("SELECT extract(epoch FROM clock_timestamp())::float8 AS now")[0]["now"]
        }
    }
}

extension Trial {
    fileprivate var inWords: String {
        if let complaint { return "WRONG: \(complaint)" }
        let time = (seconds ?? .nan).digits(3)
        return isClean
            ? "\(time) s" : "\(time) s, WRONG: missed \(missed), twice \(twice), stale \(stale), lost \(lost)"
    }
}
