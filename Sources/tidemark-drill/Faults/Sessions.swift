import Proof

extension Fault {
    /// Sessions are ended in the server, as an administrator, a firewall or a limit does: `pg_terminate_backend`.
    static var sessions: [Fault] {
        [
            Fault(name: "session-lease", target: Target(0.3, 1), timesPerRound: 2) { stage in
                let leader = try await stage.watch.settledLeader()
                let instant = try await stage.end(sessionsLike: "\(leader.node) lease")
                return try await stage.watch.takeover(after: leader.term, since: instant).seconds
            },
            Fault(name: "session-listener", target: Target(1, 3)) { stage in
                let instant = try await stage.end(sessionsLike: "node-_ listener")
                return try await stage.watch.nextScan(since: instant)
            },
            Fault(name: "session-pool", target: Target(1, 3)) { stage in
                let instant = try await stage.end(sessionsLike: "node-_")
                return try await stage.watch.nextScan(since: instant)
            },
            Fault(name: "session-all", target: Target(1, 3)) { stage in
                let leader = try await stage.watch.settledLeader()
                let instant = try await stage.end(sessionsLike: "node-_%")
                return try await stage.watch.takeover(after: leader.term, since: instant).seconds
            },
        ]
    }
}

extension Stage {
    /// Returns when that was.
    fileprivate func end(sessionsLike pattern: String) async throws -> String {
        let instant = try await watch.now()
        guard try await brake.end(sessionsLike: pattern) > 0 else {
            throw ProofError("there is no session like '\(pattern)' to end")
        }
        return instant
    }
}
