import Glibc
import Proof

extension Fault {
    /// A node whose clock is an hour away from everybody else's has to lead: `Sources/ClockShift` shifts what it
    /// takes for the time of day. Timed until its first completed scan.
    static var clocks: [Fault] {
        [("ahead", "3600"), ("behind", "-3600")].map { name, shift in
            Fault(name: "clock-\(name)", target: Target(0.3, 1), need: .clocks) { stage in
                let library = stage.surroundings.clockShifter ?? ""
                return try await stage.leadOddly(
                    Nodes.Oddity(environment: ["LD_PRELOAD": library, "TIDEMARK_CLOCK_SHIFT": shift])
                )
            }
        }
    }
}

extension Stage {
    /// A node is started with an oddity, leads because the others end, goes on for a while under load, and is started
    /// as it was. Returns the seconds from the end of the others to its first completed scan.
    func leadOddly(_ oddity: Nodes.Oddity) async throws -> Double {
        let leader = try await watch.settledLeader()
        let node = follower(of: leader)
        var instant = try await watch.now()
        nodes.signal(SIGTERM, to: node)
        try await nodes.ends(node)
        try nodes.start(node, oddity)
        try await watch.waitForStart(of: node, since: instant)
        let others = Nodes.names.filter { $0 != node }
        // First who does not lead, so that there is nobody else to take over.
        for other in others.sorted(by: { first, _ in first != leader.node }) {
            instant = try await watch.now()
            nodes.signal(SIGTERM, to: other)
            if other != leader.node { try await nodes.ends(other) }
        }
        let takeover = try await watch.takeover(after: leader.term, since: instant)
        guard takeover.node == node else { throw ProofError("\(takeover.node) leads, \(node) was to") }
        try await Task.sleep(for: .seconds(2))
        for other in others { try await startAgain(other, since: instant) }
        instant = try await watch.now()
        let before = try await watch.settledLeader()
        nodes.signal(SIGTERM, to: node)
        if before.node == node { _ = try await watch.takeover(after: before.term, since: instant) }
        try await startAgain(node, since: instant)
        return takeover.seconds
    }
}
