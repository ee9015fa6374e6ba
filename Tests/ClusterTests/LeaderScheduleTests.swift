import Testing

@testable import Cluster

struct LeaderScheduleTests {
    private let start = ContinuousClock.now

    private func schedule(interval: Duration = .seconds(15), wake: Bool = true) -> LeaderSchedule {
        LeaderSchedule(settings: LeaseSettings(scanInterval: interval, scanWake: wake), now: start)
    }

    @Test("the first scan and the first sweep are due at once, the first sign of life is not")
    func first() {
        var schedule = schedule()
        #expect(schedule.scanIsDue(now: start))
        #expect(schedule.sweepIsDue(now: start))
        let isDue = schedule.heartbeatIsDue(now: start)
        #expect(!isDue)
        #expect(schedule.idleTime(now: start) == .zero)
    }

    @Test(
        "the next scan comes with the interval, or with the next need that is due if waking is on",
        arguments: [
            (nil, true, Duration.seconds(15)), (3.0, true, .seconds(3)), (100.0, true, .seconds(15)),
            (0.0, true, .milliseconds(10)), (-7.0, true, .milliseconds(10)), (3.0, false, .seconds(15)),
        ] as [(Double?, Bool, Duration)]
    )
    func next(secondsUntilDue: Double?, wake: Bool, expected: Duration) {
        var schedule = schedule(wake: wake)
        schedule.scanned(secondsUntilDue: secondsUntilDue, now: start)
        #expect(!schedule.scanIsDue(now: start + expected - .microseconds(1)))
        #expect(schedule.scanIsDue(now: start + expected))
    }

    @Test(
        "a scan that was held up comes again soon, waking or not, and is no sign of life",
        arguments: [true, false]
    )
    func heldUp(wake: Bool) {
        var schedule = schedule(wake: wake)
        schedule.heldUp(now: start + .milliseconds(900))
        #expect(!schedule.scanIsDue(now: start + .milliseconds(1149)))
        #expect(schedule.scanIsDue(now: start + .milliseconds(1150)))
        let isDue = schedule.heartbeatIsDue(now: start + .milliseconds(1000))
        #expect(isDue)
    }

    @Test("a scan counts as a sign of life, and each sign of life is due once")
    func heartbeats() {
        var schedule = schedule()
        schedule.scanned(secondsUntilDue: nil, now: start + .milliseconds(900))
        let due = [1000, 1900, 1900, 2899, 2900].filter {
            schedule.heartbeatIsDue(now: start + .milliseconds($0))
        }
        #expect(due == [1900, 2900])
    }

    @Test("a wake-up makes a scan due at once")
    func waking() {
        var schedule = schedule()
        schedule.scanned(secondsUntilDue: nil, now: start)
        schedule.swept(now: start)
        #expect(schedule.idleTime(now: start) == .seconds(1), "the sign of life comes first")
        schedule.wake(now: start)
        #expect(schedule.scanIsDue(now: start))
        #expect(schedule.idleTime(now: start) == .zero)
    }

    @Test("a release that may go on brings the sweep forward, if waking is on", arguments: [true, false])
    func promotion(wake: Bool) {
        var schedule = schedule(wake: wake)
        schedule.swept(now: start)
        schedule.sweepAtOnce(now: start + .seconds(1))
        #expect(schedule.sweepIsDue(now: start + .seconds(1)) == wake)
        schedule.swept(now: start + .seconds(1))
        #expect(!schedule.sweepIsDue(now: start + .seconds(5)))
    }

    @Test(
        "signs of life are several times as frequent as the server requires, at every time to live",
        arguments: [500, 2000, 5000, 60000]
    )
    func margins(ttlMilliseconds: Int) {
        let settings = LeaseSettings(ttlMilliseconds: ttlMilliseconds)
        #expect(settings.heartbeat * 5 <= .milliseconds(ttlMilliseconds))
        #expect(settings.heartbeat < settings.trust)
        #expect(settings.trust < .milliseconds(ttlMilliseconds))
    }
}
