import FleetModel
import FleetRules
import Testing

/// Moments are minutes from noon; it is minute 100. Unless said the environment ends at minute 200 and is announced
/// half an hour ahead.
@Suite struct EnvironmentExpiryRuleTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let facts: EnvironmentLifeFacts
        let plan: EnvironmentPlan
    }

    static func at(_ minutes: Int) -> Instant { noon.adding(seconds: minutes * 60) }

    static func life(
        until: Int = 200,
        idle: Int? = nil,
        whenEmpty: Bool = false,
        warn: Int = 30,
        protected: Bool = false,
        active: Int = 0,
        busy: Bool = false,
        empty: Int? = nil,
        warned: Int? = nil
    ) -> EnvironmentLifeFacts {
        EnvironmentLifeFacts(
            expiresAt: at(until),
            idleLimitSeconds: idle.map { $0 * 60 },
            deleteWhenEmpty: whenEmpty,
            warnBeforeSeconds: warn * 60,
            isProtected: protected,
            activeAt: at(active),
            isBusy: busy,
            emptySince: empty.map(at),
            warnedAt: warned.map(at)
        )
    }

    static let cases = [
        Case(testDescription: "far from its end", facts: life(), plan: .keep(until: at(200))),
        Case(
            testDescription: "near its end",
            facts: life(until: 130),
            plan: .warn(endsAt: at(130), .expired)
        ),
        Case(testDescription: "announced", facts: life(until: 130, warned: 100), plan: .keep(until: at(130))),
        Case(testDescription: "at its end", facts: life(until: 100, warned: 70), plan: .tearDown(.expired)),
        Case(
            testDescription: "at its end, and nobody was there to announce it",
            facts: life(until: 90),
            plan: .warn(endsAt: at(130), .expired)
        ),
        Case(
            testDescription: "announced late, it ends as much later",
            facts: life(until: 80, warned: 90),
            plan: .keep(until: at(120))
        ),
        Case(
            testDescription: "announced late, and long enough ago",
            facts: life(until: 60, warned: 70),
            plan: .tearDown(.expired)
        ),
        Case(
            testDescription: "no announcement wanted",
            facts: life(until: 100, warn: 0),
            plan: .tearDown(.expired)
        ),
        Case(
            testDescription: "protected",
            facts: life(until: 50, protected: true, warned: 20),
            plan: .keep(until: nil)
        ),
        Case(
            testDescription: "protected and empty",
            facts: life(whenEmpty: true, protected: true, empty: 0),
            plan: .keep(until: nil)
        ),
        Case(testDescription: "idle", facts: life(idle: 60, active: 40, warned: 70), plan: .tearDown(.idle)),
        Case(
            testDescription: "idle soon",
            facts: life(idle: 60, active: 60),
            plan: .warn(endsAt: at(120), .idle)
        ),
        Case(
            testDescription: "idle, but a deployment runs",
            facts: life(idle: 60, active: 0, busy: true),
            plan: .keep(until: at(200))
        ),
        Case(
            testDescription: "active again after the announcement",
            facts: life(idle: 60, active: 95, warned: 90),
            plan: .keep(until: at(155))
        ),
        Case(
            testDescription: "announced before its last activity, and idle again",
            facts: life(idle: 60, active: 75, warned: 70),
            plan: .keep(until: at(135))
        ),
        Case(
            testDescription: "empty for five minutes",
            facts: life(whenEmpty: true, empty: 95),
            plan: .tearDown(.empty)
        ),
        Case(
            testDescription: "empty for less",
            facts: life(whenEmpty: true, empty: 96),
            plan: .keep(until: at(200))
        ),
        Case(
            testDescription: "empty, but that does not end it",
            facts: life(empty: 0),
            plan: .keep(until: at(200))
        ),
        Case(
            testDescription: "never had a machine",
            facts: life(whenEmpty: true),
            plan: .keep(until: at(200))
        ),
    ]

    @Test("C3 when an ephemeral environment ends", arguments: cases)
    func plans(_ row: Case) {
        #expect(EnvironmentExpiryRule.plan(row.facts, now: Self.at(100)) == row.plan)
    }

    struct Step: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let running: Int
        let pending: Int
        let attempts: Int
        var retry: Int?
        let step: TeardownRule.Step
    }

    static let steps = [
        Step(testDescription: "nothing to run", running: 0, pending: 0, attempts: 0, step: .remove),
        Step(testDescription: "begin", running: 0, pending: 2, attempts: 0, step: .start),
        Step(testDescription: "under way", running: 1, pending: 2, attempts: 1, step: .wait),
        Step(testDescription: "done", running: 0, pending: 0, attempts: 1, step: .remove),
        Step(
            testDescription: "failed",
            running: 0,
            pending: 1,
            attempts: 1,
            step: .fail(retryAfterSeconds: 60)
        ),
        Step(
            testDescription: "told, and not yet again",
            running: 0,
            pending: 1,
            attempts: 1,
            retry: 101,
            step: .wait
        ),
        Step(testDescription: "again", running: 0, pending: 1, attempts: 1, retry: 100, step: .start),
        Step(
            testDescription: "failed for the last time",
            running: 0,
            pending: 1,
            attempts: 3,
            step: .fail(retryAfterSeconds: nil)
        ),
        Step(testDescription: "a person decides", running: 0, pending: 1, attempts: 3, retry: 0, step: .wait),
    ]

    @Test("C3 the teardown runs first, is tried again, and never fails silently", arguments: steps)
    func teardown(_ row: Step) {
        let step = TeardownRule.next(
            running: row.running,
            pending: row.pending,
            attempts: row.attempts,
            retryAt: row.retry.map(Self.at),
            now: Self.at(100)
        )
        #expect(step == row.step)
    }
}
