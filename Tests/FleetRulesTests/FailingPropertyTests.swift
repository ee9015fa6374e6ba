import FleetModel
import FleetRules
import Testing

/// Invariants 5 and 6 over random failures. The argument is the seed: a failure names it.
@Suite struct FailingPropertyTests {
    private static let seeds = 0..<200 as Range<UInt64>

    /// Arrivals, runs that end and scans in any order.
    private static func happen(_ fleet: inout FailingFleet, _ random: inout SplitMix64, times: Int = 80) {
        for _ in 0..<times {
            let machine = random.number(0...fleet.lives.count - 1)
            switch random.number(0...3) {
            case 0: fleet.arrive(machine)
            case 1: fleet.finishRun(of: machine)
            case 2: fleet.pass(seconds: random.number(1...60))
            default: fleet.scan()
            }
        }
        fleet.settle()
    }

    @Test(
        "One bad machine blocks no other, opens no circuit, and is given up after its attempts (B1)",
        arguments: seeds
    )
    func oneBadMachine(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let bad = random.number(0...9)
        let attempts = random.number(1...6)
        var fleet = FailingFleet(machines: 10, retry: .init(attempts: attempts)) { machine, _ in
            machine == bad
        }
        Self.happen(&fleet, &random)
        #expect(fleet.violations == [])
        #expect(fleet.openings == 0)
        for (index, life) in fleet.lives.enumerated() where index != bad {
            #expect(life.actual == new && life.incomplete == nil && life.verdict == nil, "machine \(index)")
            #expect(life.runs == [new], "machine \(index)")
        }
        #expect(fleet.lives[bad].verdict == .quarantined)
        #expect(fleet.lives[bad].runs == Array(repeating: new, count: attempts))
    }

    @Test(
        "A release that fails everywhere never loops: all get the last good one, nobody is forgotten (B2)",
        arguments: seeds
    )
    func badRelease(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var fleet = FailingFleet(machines: random.number(3...12)) { _, release in release == new }
        Self.happen(&fleet, &random)
        #expect(fleet.violations == [])
        #expect(fleet.openings == 1)
        for (index, life) in fleet.lives.enumerated() {
            #expect(life.actual == old && life.incomplete == nil, "machine \(index)")
            #expect(life.verdict == .circuitOpen, "machine \(index) waits for its environment's release")
            #expect(
                life.runs.count { $0 == new } <= 3 && life.runs.count { $0 == old } == 1,
                "machine \(index)"
            )
        }
        fleet.release = 16
        fleet.settle()
        #expect(fleet.lives.allSatisfy { $0.actual == 16 && $0.verdict == nil })
    }

    @Test(
        "Whatever fails: attempts are bounded, and a machine that lacks its release says why for good",
        arguments: seeds
    )
    func anything(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let chance = random.number(0...100)
        let bad = (0..<24).map { _ in random.chance(chance) }
        let retry = Trigger.Retry(attempts: random.number(1...5))
        var fleet = FailingFleet(machines: 12, retry: retry) { machine, release in
            bad[machine + (release == new ? 12 : 0)]
        }
        fleet.circuit = .init(
            count: random.number(1...6),
            sharePercent: random.number(1...100),
            fallBack: random.chance(50)
        )
        Self.happen(&fleet, &random)
        #expect(fleet.violations == [])
        for (index, life) in fleet.lives.enumerated() {
            for release in [old, new] {
                #expect(life.runs.count { $0 == release } <= retry.attempts, "machine \(index)")
            }
            switch life.verdict {
            case nil: #expect(life.actual == new && life.incomplete == nil, "machine \(index)")
            case .quarantined, .circuitOpen: #expect(life.until == nil, "machine \(index)")
            default: Issue.record("machine \(index) ended as \(String(describing: life.verdict))")
            }
        }
    }
}
