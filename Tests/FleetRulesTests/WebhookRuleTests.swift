import FleetModel
import FleetRules
import Testing

@Suite struct WebhookRuleTests {
    private static let end = Instant(microseconds: 1_800_000_000_000_000)

    private func wait(after attempt: Int, retryAfter: Int? = nil, fraction: Double = 0) -> Double? {
        WebhookSchedule.next(
            after: attempt,
            endedAt: Self.end,
            retryAfterSeconds: retryAfter,
            fraction: fraction
        )?.seconds(since: Self.end)
    }

    @Test("A delivery is tried ten times over three days, then no more")
    func schedule() {
        let waits = (1...9).compactMap { wait(after: $0) }
        #expect(waits == [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400])
        #expect((3.0...3.5).contains(waits.reduce(0, +) / 86_400))
        #expect([0, 10, 11, Int.max].map { wait(after: $0) } == [nil, nil, nil, nil])
    }

    @Test("What failed together is spread by up to a fifth of its wait")
    func spread() {
        #expect(wait(after: 1, fraction: 0.5) == 5.5)
        #expect(wait(after: 4, fraction: 0.999) == 7200 + 1438.56)
    }

    @Test("A receiver that asks for time gets it, up to a day, and cannot ask for less than the schedule")
    func retryAfter() {
        #expect(wait(after: 1, retryAfter: 120) == 120)
        #expect(wait(after: 2, retryAfter: 1) == 300)
        #expect(wait(after: 2, retryAfter: -7) == 300)
        #expect(wait(after: 1, retryAfter: .max) == 86_400)
    }

    private func judge(_ outcome: WebhookOutcome, attempt: Int = 1) -> WebhookVerdict {
        WebhookVerdict.judge(outcome, attempt: attempt, endedAt: Self.end, fraction: 0)
    }

    @Test("Two hundred and something is delivered", arguments: [200, 201, 202, 204, 299])
    func delivered(_ status: Int) {
        #expect(judge(.answered(status: status)) == .delivered)
        #expect(judge(.answered(status: status), attempt: 10) == .delivered)
    }

    @Test(
        "Anything else is tried again, and dead after the last attempt",
        arguments: [100, 300, 302, 400, 404, 429, 500, 503]
    )
    func failed(_ status: Int) {
        guard case .again(let at, _) = judge(.answered(status: status)) else {
            Issue.record("\(status) is not tried again")
            return
        }
        #expect(at.seconds(since: Self.end) == 5)
        guard case .dead = judge(.answered(status: status), attempt: 10) else {
            Issue.record("\(status) is tried for ever")
            return
        }
    }

    @Test("A receiver that is gone is gone, whichever attempt it is")
    func gone() {
        let gone = WebhookVerdict.gone(error: "410: the receiver says that it is gone")
        #expect([1, 10].map { judge(.answered(status: 410), attempt: $0) } == [gone, gone])
    }

    @Test("What stood in the way is told")
    func reasons() {
        #expect(judge(.unreachable("no connection"), attempt: 10) == .dead(error: "no connection"))
        #expect(
            judge(.answered(status: 302), attempt: 10)
                == .dead(error: "a redirect, which is not followed: change the address")
        )
        let later = judge(.answered(status: 429, retryAfterSeconds: 60))
        #expect(later == .again(at: Self.end.adding(seconds: 60), error: "the receiver answered 429"))
    }

    @Test("The third failure in a row is told, once; the next success tells that it is over, once")
    func health() {
        var health = WebhookHealth()
        let story = [false, false, true, false, false, false, false, false, true, true, false]
        let told = story.map { health.ended(wasDelivered: $0) }
        #expect(told == [nil, nil, nil, nil, nil, .failing, nil, nil, .recovered, nil, nil])
        #expect(health == WebhookHealth(failuresInARow: 1, isFailing: false))
        health.failuresInARow = Int(Int32.max)
        _ = health.ended(wasDelivered: false)
        #expect(health.failuresInARow == Int(Int32.max))
    }

    @Test("A scan looks at what webhooks tell of, too, and at everything when one tells of everything")
    func interest() {
        func filter(_ groups: [EventGroup], _ categories: [String] = []) -> WebhookFilter {
            WebhookFilter(groups: groups, categories: categories, environments: nil, projects: nil)
        }
        let base = ScanInterest(triggers: [])
        #expect(base.beside([]) == base)
        let both = base.beside([filter([], ["TokenCreated"]), filter([.machineCritical])])
        #expect(
            both?.categories
                == base.categories.union([.tokenCreated, .machineCleanupFailed, .machineUnavailable])
        )
        #expect(base.beside([filter([], ["TokenCreated"]), filter([.all])]) == nil)
        #expect(base.beside([filter([], ["FromTheFuture"])]) == nil)
    }

    struct Telling: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let filter: WebhookFilter
        let tells: [Bool]

        init(
            _ description: String,
            _ groups: [EventGroup] = [],
            _ categories: [EventCategory] = [],
            environments: Set<ID<Environment>>? = nil,
            projects: Set<ID<Project>>? = nil,
            tells: [Bool]
        ) {
            testDescription = description
            filter = WebhookFilter(
                groups: groups,
                categories: categories.map(\.rawValue),
                environments: environments,
                projects: projects
            )
            self.tells = tells
        }
    }

    private static let events: [(String, ID<Environment>?, ID<Project>?)] = [
        ("CircuitOpened", ID(2), ID(1)), ("MachineHealthy", ID(2), nil), ("ReleaseCreated", nil, ID(1)),
        ("FromTheFuture", nil, nil), ("WebhookDeliveriesDropped", nil, nil),
    ]

    static let tellings = [
        Telling("everything", [.all], tells: [true, true, true, true, false]),
        Telling("a group", [.needsAttention], tells: [true, false, false, false, false]),
        Telling("a category", [], [.machineHealthy], tells: [false, true, false, false, false]),
        Telling("both", [.needsAttention], [.machineHealthy], tells: [true, true, false, false, false]),
        Telling("an environment", [.all], environments: [2], tells: [true, true, false, false, false]),
        Telling(
            "another environment",
            [.all],
            environments: [3],
            tells: [false, false, false, false, false]
        ),
        Telling(
            "an environment that is gone",
            [.all],
            environments: [],
            tells: [false, false, false, false, false]
        ),
        Telling("a project", [.all], projects: [1], tells: [true, false, true, false, false]),
        Telling(
            "both, of the right",
            [.all],
            environments: [2],
            projects: [1],
            tells: [true, false, false, false, false]
        ),
    ]

    @Test("A webhook is told of what its filter says", arguments: tellings)
    func filter(_ row: Telling) {
        let told = Self.events.map { row.filter.tells(of: $0.0, environment: $0.1, project: $0.2) }
        #expect(told == row.tells)
    }
}
