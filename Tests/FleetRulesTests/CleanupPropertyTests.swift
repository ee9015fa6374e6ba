import FleetModel
import FleetRules
import Testing

/// Invariant 7 on random fleets. The argument is the seed: a failure names it, and it alone brings the failure back.
@Suite struct CleanupPropertyTests {
    /// A fleet that lives minute by minute; the rule is asked in every one of them, and obeyed.
    private struct Life {
        var random: SplitMix64
        var policies: [Int64: CleanupPolicy] = [:]
        var policyOf: [Int64] = []
        var silentSince: [Int?]
        var expiredAt: [Int?]
        var deleted: Set<Int> = []
        var gaps: [ClosedRange<Int>] = []
        var minute = 0
        var watchedSince = 0
        var nodesAreUp = true

        init(seed: UInt64) {
            var random = SplitMix64(seed: seed)
            let count = random.number(12...60)
            for id in 1...Int64(random.number(1...4)) {
                policies[id] = CleanupPolicy(
                    deleteAfterSeconds: 60 * random.number(0...90),
                    purgeAfterSeconds: 60 * random.number(0...60),
                    limit: CleanupLimit(sharePercent: random.number(1...30), count: random.number(1...3)),
                    graceSeconds: 120,
                    machines: 0
                )
            }
            silentSince = Array(repeating: nil, count: count)
            expiredAt = Array(repeating: nil, count: count)
            let kinds = policies.count
            for _ in 0..<count { policyOf.append(Int64(random.number(1...kinds))) }
            self.random = random
        }

        private func at(_ minute: Int) -> Instant { noon.adding(seconds: minute * 60) }

        mutating func obey() {
            guard nodesAreUp else { return }
            for (id, _) in policies {
                policies[id]?.machines = policyOf.indices.count {
                    policyOf[$0] == id && !deleted.contains($0)
                }
            }
            let rule = CleanupRule(
                watch: WatchedTime(
                    now: at(minute),
                    watchedSince: at(watchedSince),
                    gaps: gaps.reversed().map { .init(from: at($0.lowerBound), until: at($0.upperBound)) }
                ),
                policies: policies,
                fleetLimit: CleanupLimit(sharePercent: 30, count: 3),
                fleetMachines: policyOf.count - deleted.count
            )
            let facts = silentSince.indices.compactMap { index in
                silentSince[index].map { since in
                    CleanupFacts(
                        machine: ID(Int64(index)),
                        policy: policyOf[index],
                        silentSince: at(since),
                        expiredAt: expiredAt[index].map(at),
                        purged: deleted.contains(index)
                    )
                }
            }
            for conclusion in rule.conclude(facts) {
                let index = Int(conclusion.facts.machine.rawValue)
                switch conclusion.plan {
                case .expire: expiredAt[index] = minute
                case .purge: deleted.insert(index)
                default: break
                }
            }
        }

        mutating func pass(minutes: Int) {
            for _ in 0..<minutes {
                minute += 1
                obey()
            }
        }

        mutating func nodesGo() { nodesAreUp = false }

        mutating func nodesComeBack(after minutes: Int) {
            gaps.append(minute...(minute + minutes))
            minute += minutes
            watchedSince = minute
            nodesAreUp = true
        }

        mutating func heard(_ index: Int) {
            guard !deleted.contains(index) else { return }
            silentSince[index] = nil
            expiredAt[index] = nil
        }
    }

    @Test(
        "An outage that silences much of the fleet deletes nothing, however long it lasts",
        arguments: 0..<200 as Range<UInt64>
    )
    func outageOfTheFleet(_ seed: UInt64) {
        var life = Life(seed: seed)
        life.pass(minutes: life.random.number(1...100))
        let count = life.policyOf.count
        // More than 30 % of the whole, and so at least three; the silence spreads over up to an hour.
        let gone = Array(0..<count).shuffled(using: &life.random).prefix(
            life.random.number(count * 3 / 10 + 1...count)
        )
        let start = life.minute
        for index in gone { life.silentSince[index] = start + life.random.number(0...50) }
        life.pass(minutes: 60)
        let before = life.deleted
        life.pass(minutes: life.random.number(1...3000))
        #expect(life.deleted == before)
        for index in gone { life.heard(index) }
        life.pass(minutes: 200)
        #expect(life.deleted == before)
    }

    @Test(
        "An outage of all nodes or the database counts as nobody's silence",
        arguments: 0..<200 as Range<UInt64>
    )
    func outageOfTheNodes(_ seed: UInt64) {
        var life = Life(seed: seed)
        for id in life.policies.keys {
            life.policies[id]?.deleteAfterSeconds = 600
            // Not what is tested here.
            life.policies[id]?.limit = CleanupLimit(sharePercent: 100, count: 1000)
        }
        // Two are silent for less than their ten minutes when the nodes go. Whoever counts the outage deletes them three
        // minutes after it; whoever gives no time to be heard again deletes those that lacked a minute in the first.
        let silent = [0, 1]
        for index in silent { life.silentSince[index] = life.minute }
        let before = life.random.number(1...9)
        life.pass(minutes: before)
        life.nodesGo()
        life.nodesComeBack(after: life.random.number(10...10_000))
        life.pass(minutes: before <= 6 ? 3 : 1)
        #expect(life.deleted.isEmpty && life.expiredAt.allSatisfy { $0 == nil })
        for index in silent { life.heard(index) }
        life.pass(minutes: 100)
        #expect(life.deleted.isEmpty)
    }

    @Test(
        "One machine that dies while the others live is deleted in the end",
        arguments: 0..<50 as Range<UInt64>
    )
    func oneDies(_ seed: UInt64) {
        var life = Life(seed: seed)
        for id in life.policies.keys {
            life.policies[id]?.limit = CleanupLimit(sharePercent: 30, count: 3)
        }
        life.silentSince[0] = 1
        life.pass(minutes: 200)
        #expect(life.deleted == [0])
    }
}
