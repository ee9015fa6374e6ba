import Glibc
import Proof

extension Fault {
    /// The process that leads is stopped, killed or frozen, at every moment of what it does.
    static var leaderSignals: [Fault] {
        let stopped = [Moment.idle, .query].map { moment in
            Fault(
                name: "leader-term-\(moment)",
                // The statement that it is at takes a second, and is finished first.
                target: moment == .idle ? Target(0.3, 0.5) : Target(1.3, 1.5)
            ) { try await stopLeader($0, at: moment) }
        }
        let killed = Moment.allCases.map { moment in
            Fault(
                name: "leader-kill-\(moment)",
                // The server looks once a second whether the client of a statement is still there.
                target: moment == .query ? Target(1.5, 2.0) : Target(0.3, 1.0),
                timesPerRound: moment == .idle ? 5 : 1
            ) { try await killLeader($0, at: moment) }
        }
        let frozen = Moment.allCases.map { moment in
            Fault(
                name: "leader-freeze-\(moment)",
                // A statement that never ends is ended by a challenger, 2 s after the time to live.
                target: moment == .query ? Target(8, 8) : Target(6, 6)
            ) { try await freezeLeader($0, at: moment) }
        }
        return stopped + killed + frozen
    }

    private static func stopLeader(_ stage: Stage, at moment: Moment) async throws -> Double {
        let leader = try await stage.watch.settledLeader()
        if moment == .query {
            try await stage.brake.hold("\(leader.node) lease", at: .page, seconds: 1)
        }
        let instant = try await stage.watch.now()
        stage.nodes.signal(SIGTERM, to: leader.node)
        let takeover = try await stage.watch.takeover(after: leader.term, since: instant)
        try await stage.startAgain(leader.node, since: instant)
        return takeover.seconds
    }

    private static func killLeader(_ stage: Stage, at moment: Moment) async throws -> Double {
        let leader = try await stage.watch.settledLeader()
        let instant = try await stage.hold(leader.node, session: "\(leader.node) lease", at: moment)
        stage.nodes.signal(SIGKILL, to: leader.node)
        let takeover = try await stage.watch.takeover(after: leader.term, since: instant)
        try await stage.startAgain(leader.node, since: instant)
        return takeover.seconds
    }

    private static func freezeLeader(_ stage: Stage, at moment: Moment) async throws -> Double {
        let leader = try await stage.watch.settledLeader()
        let instant = try await stage.hold(leader.node, session: "\(leader.node) lease", at: moment)
        stage.nodes.signal(SIGSTOP, to: leader.node)
        let takeover = try await stage.watch.takeover(after: leader.term, since: instant)
        stage.nodes.signal(SIGCONT, to: leader.node)
        try await stage.checkUndisturbed(takeover, by: leader)
        return takeover.seconds
    }
}

extension Stage {
    /// Returns when the node is at the moment, and since when. At `transaction` and `unread` it is frozen already: only
    /// so a process can be kept between two statements, and from reading.
    func hold(
        _ node: String,
        session: String,
        at moment: Moment,
        place: Brake.Place = .page
    ) async throws -> String {
        switch moment {
        case .idle:
            try await brake.wait(for: session, toBe: .idle)
        case .query:
            try await brake.hold(session, at: place == .page ? .tick : place, seconds: 20)
        case .transaction:
            try await brake.hold(session, at: place, seconds: 0.5)
            nodes.signal(SIGSTOP, to: node)
            try await brake.wait(for: session, toBe: .idleInTransaction)
        case .unread:
            try await brake.hold(session, at: place, seconds: 0.5, bytes: 64 << 20)
            nodes.signal(SIGSTOP, to: node)
            try await brake.wait(for: session, toBe: .writingToClient)
        }
        return try await watch.now()
    }

    /// A leader that comes back finds that it leads no more, and disturbs nobody.
    func checkUndisturbed(_ takeover: LeaseWatch.Takeover, by former: LeaseWatch.Leader) async throws {
        try await Task.sleep(for: .seconds(1.5))
        let now = try await watch.settledLeader()
        guard now.term == takeover.term else {
            throw ProofError(
                "the leader of term \(former.term) came back and disturbed that of \(takeover.term)"
            )
        }
    }
}
