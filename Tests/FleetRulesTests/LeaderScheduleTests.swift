import FleetRules
import Testing

struct LeaderScheduleTests {
    private typealias Step = LeaderSchedule.Step

    private func schedule(interval: Duration = .seconds(15), wake: Bool = true) -> LeaderSchedule {
        LeaderSchedule(scanInterval: interval, scanWake: wake, heartbeat: .seconds(1), now: .zero)
    }

    /// What is due at `now`, up to the rest.
    private func round(_ schedule: inout LeaderSchedule, now: Duration) -> [Step] {
        var steps: [Step] = []
        repeat { steps.append(schedule.next(now: now)) } while !steps.contains { $0.isRest }
        return steps
    }

    /// A schedule that has scanned and swept, and rests.
    private func rested(wake: Bool = true, secondsUntilDue: Double? = nil) -> LeaderSchedule {
        var schedule = schedule(wake: wake)
        _ = round(&schedule, now: .zero)
        schedule.scanned(secondsUntilDue: secondsUntilDue, now: .zero)
        schedule.swept(now: .zero)
        return schedule
    }

    @Test("the first scan and the first sweep are due at once, the first sign of life is not")
    func first() {
        var schedule = schedule()
        #expect(round(&schedule, now: .zero) == [.scan, .sweep, .rest(.zero)])
    }

    @Test("a sign of life comes between scan and sweep, and once more behind the sweep when that took long")
    func order() {
        var schedule = schedule()
        #expect(schedule.next(now: .zero) == .scan)
        schedule.heldUp(now: .milliseconds(2500))
        #expect(schedule.next(now: .milliseconds(2500)) == .signOfLife)
        #expect(schedule.next(now: .milliseconds(2500)) == .sweep)
        schedule.swept(now: .seconds(5))
        #expect(schedule.next(now: .seconds(5)) == .signOfLife)
        #expect(schedule.next(now: .seconds(5)) == .rest(.zero))
        #expect(schedule.next(now: .seconds(5)) == .scan)
    }

    @Test(
        "the next scan comes with the interval, or with the next need that is due if waking is on",
        arguments: [
            (nil, true, Duration.seconds(15)), (3.0, true, .seconds(3)), (100.0, true, .seconds(15)),
            (0.0, true, .milliseconds(10)), (-7.0, true, .milliseconds(10)), (3.0, false, .seconds(15)),
        ] as [(Double?, Bool, Duration)]
    )
    func next(secondsUntilDue: Double?, wake: Bool, expected: Duration) {
        let schedule = rested(wake: wake, secondsUntilDue: secondsUntilDue)
        var (before, then) = (schedule, schedule)
        #expect(!round(&before, now: expected - .microseconds(1)).contains(.scan))
        #expect(round(&then, now: expected).first == .scan)
    }

    @Test(
        "a scan that was held up comes again soon, waking or not, and is no sign of life",
        arguments: [true, false]
    )
    func heldUp(wake: Bool) {
        var schedule = rested(wake: wake)
        schedule.heldUp(now: .milliseconds(900))
        #expect(round(&schedule, now: .milliseconds(1149)) == [.signOfLife, .rest(.milliseconds(1))])
        #expect(round(&schedule, now: .milliseconds(1150)).first == .scan)
    }

    @Test("a scan counts as a sign of life, and each sign of life is due once")
    func heartbeats() {
        var schedule = rested()
        schedule.scanned(secondsUntilDue: nil, now: .milliseconds(900))
        let due = [1000, 1900, 1900, 2899, 2900].filter {
            round(&schedule, now: .milliseconds($0)).contains(.signOfLife)
        }
        #expect(due == [1900, 2900])
    }

    @Test("a wake-up makes a scan due at once, if waking is on", arguments: [true, false])
    func waking(wake: Bool) {
        var schedule = rested(wake: wake)
        #expect(round(&schedule, now: .zero) == [.rest(.seconds(1))], "the sign of life comes first")
        schedule.wake(now: .zero)
        #expect((schedule.next(now: .zero) == .scan) == wake)
    }

    @Test("a release that may go on brings the sweep forward, if waking is on", arguments: [true, false])
    func promotion(wake: Bool) {
        var schedule = rested(wake: wake)
        schedule.sweepAtOnce(now: .milliseconds(500))
        #expect(round(&schedule, now: .milliseconds(500)).contains(.sweep) == wake)
        schedule.swept(now: .milliseconds(500))
        #expect(!round(&schedule, now: .milliseconds(5499)).contains(.sweep))
        #expect(round(&schedule, now: .milliseconds(5500)).contains(.sweep))
    }
}

extension LeaderSchedule.Step {
    fileprivate var isRest: Bool { if case .rest = self { true } else { false } }
}
