import FleetModel
import FleetRules
import Testing

/// Policy 1: deleted after 10 minutes, purged 20 minutes later, guarded from 30 % and 3. Moments are minutes from noon.
@Suite struct CleanupRuleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var facts: CleanupFacts
        var policy = CleanupRuleTests.policy()
        var now = 100
        var watchedSince: Int? = 0
        let plan: CleanupPlan
    }

    static func at(_ minutes: Int) -> Instant { noon.adding(seconds: minutes * 60) }

    static func policy(isOn: Bool = true, purgeAfter: Int = 1200, machines: Int = 100) -> CleanupPolicy {
        CleanupPolicy(
            isOn: isOn,
            deleteAfterSeconds: 600,
            purgeAfterSeconds: purgeAfter,
            limit: CleanupLimit(sharePercent: 30, count: 3),
            graceSeconds: 120,
            machines: machines
        )
    }

    static func gone(
        _ id: Int64 = 1,
        policy: Int64 = 1,
        since: Int,
        enabled: Bool = true,
        expired: Int? = nil,
        purged: Bool = false,
        allowed: Int? = nil,
        retry: Int? = nil
    ) -> CleanupFacts {
        CleanupFacts(
            machine: ID(id),
            policy: policy,
            enabled: enabled,
            silentSince: at(since),
            expiredAt: expired.map(at),
            purged: purged,
            allowedAt: allowed.map(at),
            retryAt: retry.map(at)
        )
    }

    static let cases = [
        Case(
            testDescription: "its policy does not clean up",
            facts: gone(since: 0),
            policy: policy(isOn: false),
            plan: .off
        ),
        Case(
            testDescription: "an expired one of a policy that was switched off stays",
            facts: gone(since: 0, expired: 20),
            policy: policy(isOn: false),
            plan: .off
        ),
        Case(testDescription: "a disabled one stays", facts: gone(since: 0, enabled: false), plan: .disabled),
        Case(testDescription: "its time has not come", facts: gone(since: 91), plan: .wait(until: at(101))),
        Case(testDescription: "to the microsecond", facts: gone(since: 90), plan: .expire),
        Case(
            testDescription: "nobody listens",
            facts: gone(since: 0),
            watchedSince: nil,
            plan: .wait(until: nil)
        ),
        Case(
            testDescription: "nodes are back for less than an agent may be silent",
            facts: gone(since: 0),
            watchedSince: 99,
            plan: .wait(until: at(101))
        ),
        Case(
            testDescription: "expired, and can be taken back",
            facts: gone(since: 0, expired: 90),
            plan: .wait(until: at(110))
        ),
        Case(
            testDescription: "expired, and its time is over",
            facts: gone(since: 0, expired: 80),
            plan: .purge
        ),
        Case(
            testDescription: "its deletion failed and is tried again later",
            facts: gone(since: 0, expired: 10, retry: 103),
            plan: .wait(until: at(103))
        ),
        Case(
            testDescription: "its deletion is tried again",
            facts: gone(since: 0, expired: 10, retry: 99),
            plan: .purge
        ),
        Case(
            testDescription: "no purge either before the grace is over",
            facts: gone(since: 0, expired: 10),
            watchedSince: 99,
            plan: .wait(until: at(101))
        ),
        Case(
            testDescription: "a purge at once waits for nothing",
            facts: gone(since: 0, expired: 100),
            policy: policy(purgeAfter: 0),
            plan: .purge
        ),
    ]

    private func rule(
        _ policies: [Int64: CleanupPolicy],
        now: Int = 100,
        watchedSince: Int? = 0,
        fleet: Int? = nil
    ) -> CleanupRule {
        CleanupRule(
            watch: WatchedTime(now: Self.at(now), watchedSince: watchedSince.map(Self.at)),
            policies: policies,
            fleetLimit: CleanupLimit(sharePercent: 30, count: 3),
            fleetMachines: fleet ?? policies.values.reduce(0) { $0 + $1.machines }
        )
    }

    @Test("One machine that stays away", arguments: cases)
    func one(_ row: Case) {
        let plans = rule([1: row.policy], now: row.now, watchedSince: row.watchedSince).conclude([row.facts])
        #expect(plans.map(\.plan) == [row.plan])
    }

    /// How many of ten machines fell silent, and when; what is done to each.
    @Test(
        "C2 both the share and the count must be reached to hold a batch",
        arguments: [
            (machines: 10, gone: 2, held: false), (10, 3, true), (11, 3, false), (4, 2, false), (3, 3, true),
        ]
    )
    func limits(_ row: (machines: Int, gone: Int, held: Bool)) {
        let all = (0..<row.gone).map { Self.gone(Int64($0 + 1), since: $0) }
        let plans = rule([1: Self.policy(machines: row.machines)]).conclude(all).map(\.plan)
        let batch = CleanupBatch(scope: .policy, machines: row.gone, of: row.machines)
        #expect(plans == Array(repeating: row.held ? .held(batch) : .expire, count: row.gone))
    }

    private let ten = CleanupRuleTests.policy(machines: 10)

    @Test("Those whose time has not come count: a batch does not go in small parts")
    func notYetDueCount() {
        let plans = rule([1: ten]).conclude([
            Self.gone(1, since: 80), Self.gone(2, since: 95), Self.gone(3, since: 96),
        ]).map(\.plan)
        #expect(
            plans == [
                .held(CleanupBatch(scope: .policy, machines: 3, of: 10)), .wait(until: Self.at(105)),
                .wait(until: Self.at(106)),
            ]
        )
    }

    @Test("Those that went already count, and the policy as it was before them")
    func purgedCount() {
        let plans = rule([1: CleanupRuleTests.policy(machines: 8)]).conclude([
            Self.gone(1, since: 80), Self.gone(2, since: 75, expired: 85, purged: true),
            Self.gone(3, since: 76, expired: 86, purged: true),
        ]).map(\.plan)
        #expect(plans == [.held(CleanupBatch(scope: .policy, machines: 3, of: 10))])
    }

    @Test("Machines that fell silent on different days did not go together")
    func apart() {
        let plans = rule([1: ten], now: 10_000).conclude([
            Self.gone(1, since: 0), Self.gone(2, since: 61), Self.gone(3, since: 122),
        ]).map(\.plan)
        #expect(plans == [.expire, .expire, .expire])
    }

    @Test("While a batch is held, nothing of its policy goes, and the others' go on")
    func wholePolicy() {
        let batch = [Self.gone(1, since: 900), Self.gone(2, since: 901), Self.gone(3, since: 902)]
        let plans = rule([1: ten, 2: Self.policy(machines: 100)], now: 1000).conclude(
            batch + [Self.gone(4, since: 0, expired: 20), Self.gone(5, policy: 2, since: 0)]
        ).map(\.plan)
        let held = CleanupPlan.held(CleanupBatch(scope: .policy, machines: 3, of: 10))
        #expect(plans == [held, held, held, held, .expire])
    }

    @Test("Small policies that fall silent together are held by the limit of the fleet")
    func fleet() {
        let small = Self.policy(machines: 2)
        let machines = (1...4).map { Self.gone($0, policy: ($0 + 1) / 2, since: 0) }
        let plans = rule([1: small, 2: small], fleet: 8).conclude(machines).map(\.plan)
        #expect(plans == Array(repeating: .held(CleanupBatch(scope: .fleet, machines: 4, of: 8)), count: 4))
    }

    @Test("What a person let go goes; what falls silent afterwards is guarded anew")
    func allowed() {
        let machines = [
            Self.gone(1, since: 50, allowed: 70), Self.gone(2, since: 51, allowed: 70),
            Self.gone(3, since: 52, allowed: 70),
            Self.gone(4, since: 80, allowed: 70), Self.gone(5, since: 80), Self.gone(6, since: 80),
        ]
        let held = CleanupPlan.held(CleanupBatch(scope: .policy, machines: 3, of: 10))
        #expect(
            rule([1: ten]).conclude(machines).map(\.plan) == [.expire, .expire, .expire, held, held, held]
        )
    }

    @Test("A hold ends when enough machines are back")
    func back() {
        let two = [Self.gone(1, since: 0), Self.gone(2, since: 0)]
        #expect(rule([1: ten]).conclude(two).map(\.plan) == [.expire, .expire])
    }

    @Test("C1 nothing is deployed to an expired machine, and its need ends")
    func expiredMachine() {
        var facts = machine()
        facts.expired = true
        #expect(!facts.acceptsWork)
        let need = NeedFacts(
            needID: 1,
            projectID: shop,
            machine: facts,
            trigger: trigger(),
            openedAt: noon,
            desired: nil
        )
        guard case .close(.withdrawn, let conclusion) = NeedPlanner().plan(need, now: noon) else {
            Issue.record("the need stays open")
            return
        }
        #expect(conclusion.verdict == .machineExpired)
    }
}
