/// When the leader does what: a value, so that it can be tested without waiting.
struct LeaderSchedule: Sendable, Equatable {
    /// Looking for silent agents and stuck deployments is cheap, and needs no hurry.
    private static let sweepInterval: Duration = .seconds(5)

    private static let pauseWhenHeldUp: Duration = .milliseconds(250)

    private let scanInterval: Duration
    private let scanWake: Bool
    private let heartbeat: Duration
    private var nextScan: ContinuousClock.Instant
    private var nextSweep: ContinuousClock.Instant
    private var nextHeartbeat: ContinuousClock.Instant

    /// The first scan is due at once.
    init(settings: LeaseSettings, now: ContinuousClock.Instant) {
        scanInterval = settings.scanInterval
        scanWake = settings.scanWake
        heartbeat = settings.heartbeat
        nextScan = now
        nextSweep = now
        nextHeartbeat = now + heartbeat
    }

    func scanIsDue(now: ContinuousClock.Instant) -> Bool { now >= nextScan }
    func sweepIsDue(now: ContinuousClock.Instant) -> Bool { now >= nextSweep }

    /// True at most once for every heartbeat.
    mutating func heartbeatIsDue(now: ContinuousClock.Instant) -> Bool {
        guard now >= nextHeartbeat else { return false }
        nextHeartbeat = now + heartbeat
        return true
    }

    /// The next scan comes with the interval, or when a need is due before, if waking is on.
    mutating func scanned(secondsUntilDue: Double?, now: ContinuousClock.Instant) {
        nextScan = now + scanInterval
        nextHeartbeat = now + heartbeat
        if scanWake, let seconds = secondsUntilDue {
            nextScan = min(nextScan, now + .milliseconds(Int(max(seconds, 0.01) * 1000)))
        }
    }

    /// Somebody's transaction held what a scan needed. It is soon over, or the server ends it.
    mutating func heldUp(now: ContinuousClock.Instant) {
        nextScan = now + Self.pauseWhenHeldUp
    }

    mutating func swept(now: ContinuousClock.Instant) {
        nextSweep = now + min(Self.sweepInterval, scanInterval)
    }

    /// Something waits that the sweep sees to, and that somebody waits for.
    mutating func sweepAtOnce(now: ContinuousClock.Instant) {
        if scanWake { nextSweep = min(nextSweep, now) }
    }

    /// There is something new.
    mutating func wake(now: ContinuousClock.Instant) {
        nextScan = now
    }

    /// How long there is nothing to do.
    func idleTime(now: ContinuousClock.Instant) -> Duration {
        max(.zero, min(nextScan, nextSweep, nextHeartbeat) - now)
    }
}
