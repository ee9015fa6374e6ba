import Glibc
import Proof

extension Fault {
    /// A node that does not lead is stopped, killed or frozen: scanning goes on as if nothing were, also where the node
    /// has a session of its pool in the middle of something.
    static var followerSignals: [Fault] {
        let target = Target(1, 3)
        let stopped = Fault(name: "follower-term", target: target) { stage in
            try await endFollower(stage, at: .idle, by: SIGTERM)
        }
        let killed = Moment.allCases.map { moment in
            Fault(name: "follower-kill-\(moment)", target: target) { stage in
                try await endFollower(stage, at: moment, by: SIGKILL)
            }
        }
        let frozen = Moment.allCases.map { moment in
            Fault(name: "follower-freeze-\(moment)", target: target) { stage in
                try await freezeFollower(stage, at: moment)
            }
        }
        return [stopped] + killed + frozen
    }

    private static func endFollower(
        _ stage: Stage,
        at moment: Moment,
        by signal: Int32
    ) async throws -> Double {
        let leader = try await stage.watch.settledLeader()
        let node = stage.follower(of: leader)
        let instant = try await stage.hold(node, session: node, at: moment, place: .heartbeat)
        stage.nodes.signal(signal, to: node)
        let seconds = try await stage.watch.nextScan(since: instant)
        try await stage.startAgain(node, since: instant)
        try await stage.checkStillLeads(leader)
        return seconds
    }

    private static func freezeFollower(_ stage: Stage, at moment: Moment) async throws -> Double {
        let leader = try await stage.watch.settledLeader()
        let node = stage.follower(of: leader)
        let instant = try await stage.hold(node, session: node, at: moment, place: .heartbeat)
        stage.nodes.signal(SIGSTOP, to: node)
        let seconds = try await stage.watch.nextScan(since: instant)
        try await Task.sleep(for: .seconds(2))
        try await stage.checkStillLeads(leader)
        stage.nodes.signal(SIGCONT, to: node)
        return seconds
    }
}

extension Stage {
    func checkStillLeads(_ leader: LeaseWatch.Leader) async throws {
        let now = try await watch.settledLeader(among: nil)
        guard now.term == leader.term else {
            throw ProofError("the leader of term \(leader.term) lost the lease although another node was hit")
        }
    }
}
