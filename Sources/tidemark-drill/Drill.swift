import Glibc
import Postgres
import Proof

/// Does one harm after another to a cluster under load, and measures how long nobody scanned.
struct Drill {
    /// How long a frozen leader is watched after it was thawed.
    private static let thaw: Duration = .seconds(2)

    let postgres: PrivatePostgres
    let database: Database
    let nodes: Nodes
    let watch: LeaseWatch
    var random: SeededRandom

    /// `count` rounds of one fault.
    mutating func run(_ fault: Fault, _ count: Int) async throws -> FaultReport {
        var report = FaultReport(fault: fault)
        let before = try await Auditor.audit(database)
        for number in 1...max(count, 1) where count > 0 {
            let takeover = try await round(fault)
            report.takeovers.append(takeover.seconds)
            say(
                "drill: \(fault.name) \(number)/\(count): \(takeover.node) scanned in term \(takeover.term) after "
                    + "\(takeover.seconds.digits(3)) s"
            )
        }
        let after = try await settle()
        report.events = after.events - before.events
        report.missed = after.missed
        report.twice = after.twice
        return report
    }

    /// Everything that is committed is behind the mark within half a minute, or it is missed.
    func settle() async throws -> Auditor.Findings {
        let started = try await Auditor.audit(database)
        let limit = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < limit {
            let findings = try await Auditor.audit(database)
            if findings.behindMark >= started.events { return findings }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ProofError("of \(started.events) events some were not read for 30 s: scanning has stalled")
    }

    private mutating func round(_ fault: Fault) async throws -> LeaseWatch.Takeover {
        let leader = try await watch.settledLeader(among: Nodes.names.count)
        try nodes.checkAlive()
        // At any moment of the leader's life, not always at the same one.
        try await Task.sleep(for: .milliseconds(Int.random(in: 100...1500, using: &random)))
        let instant = try await watch.now()
        switch fault {
        case .killed:
            nodes.signal(SIGKILL, to: leader.node)
            return try await followed(leader, since: instant)
        case .stopped:
            nodes.signal(SIGTERM, to: leader.node)
            return try await followed(leader, since: instant)
        case .frozen:
            nodes.signal(SIGSTOP, to: leader.node)
            let takeover = try await watch.takeover(after: leader.term, since: instant)
            nodes.signal(SIGCONT, to: leader.node)
            try await Task.sleep(for: Self.thaw)
            let now = try await watch.settledLeader(among: Nodes.names.count)
            guard now.term == takeover.term else {
                throw ProofError(
                    "the thawed leader of term \(leader.term) disturbed the one of \(takeover.term)"
                )
            }
            return takeover
        case .sessionEnded:
            try await watch.endLeaseSession()
            return try await watch.takeover(after: leader.term, since: instant)
        case .databaseFast, .databaseCrash:
            let (postgres, database) = (postgres, database)
            async let restarted: Void = postgres.restart(fast: fault == .databaseFast, asked: database)
            let answer = try await watch.firstAnswer(after: instant)
            try await restarted
            return try await watch.takeover(after: leader.term, since: answer)
        }
    }

    /// The leader's process ends; it is started again when another node has taken over.
    private func followed(
        _ leader: LeaseWatch.Leader,
        since instant: String
    ) async throws -> LeaseWatch.Takeover {
        let takeover = try await watch.takeover(after: leader.term, since: instant)
        _ = await nodes.waitForExit(of: leader.node)
        try nodes.start(leader.node)
        try await watch.waitForStart(of: leader.node, since: instant)
        return takeover
    }
}
