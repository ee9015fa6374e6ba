/// When the leader does what: a value, so that a node and the simulation of whole clusters take the same steps.
///
/// It knows no clock: `now` is the time since the tenure began, or since any other moment, as long as it is always the same.
package struct LeaderSchedule: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case scan
        case signOfLife
        case sweep
        /// Nothing is due for so long; something new may end that.
        case rest(Duration)
    }

    /// The order in which they are asked for. Before a sweep and after it, too: either of scan and sweep may have waited for
    /// half of what the lease session may be silent.
    private enum Turn {
        case scan, lifeBeforeSweep, sweep, lifeAfterSweep, rest
    }

    /// Looking for silent agents and stuck deployments is cheap, and needs no hurry.
    private static let sweepInterval: Duration = .seconds(5)

    private static let pauseWhenHeldUp: Duration = .milliseconds(250)

    private let scanInterval: Duration
    private let scanWake: Bool
    private let heartbeat: Duration
    private var turn = Turn.scan
    private var nextScan: Duration
    private var nextSweep: Duration
    private var nextHeartbeat: Duration

    /// The first scan is due at once. Without `scanWake` scans come with the interval alone.
    package init(scanInterval: Duration, scanWake: Bool, heartbeat: Duration, now: Duration) {
        self.scanInterval = scanInterval
        self.scanWake = scanWake
        self.heartbeat = heartbeat
        nextScan = now
        nextSweep = now
        nextHeartbeat = now + heartbeat
    }

    /// What to do next. Whoever has scanned or swept says so; a sign of life is taken for given, and comes at most once for
    /// every heartbeat.
    package mutating func next(now: Duration) -> Step {
        while true {
            switch turn {
            case .scan:
                turn = .lifeBeforeSweep
                if now >= nextScan { return .scan }
            case .lifeBeforeSweep, .lifeAfterSweep:
                turn = turn == .lifeBeforeSweep ? .sweep : .rest
                guard now >= nextHeartbeat else { continue }
                nextHeartbeat = now + heartbeat
                return .signOfLife
            case .sweep:
                turn = .lifeAfterSweep
                if now >= nextSweep { return .sweep }
            case .rest:
                turn = .scan
                return .rest(max(.zero, min(nextScan, nextSweep, nextHeartbeat) - now))
            }
        }
    }

    /// The next scan comes with the interval, or when a need is due before, if waking is on.
    package mutating func scanned(secondsUntilDue: Double?, now: Duration) {
        nextScan = now + scanInterval
        nextHeartbeat = now + heartbeat
        if scanWake, let seconds = secondsUntilDue {
            nextScan = min(nextScan, now + .milliseconds(Int(max(seconds, 0.01) * 1000)))
        }
    }

    /// Somebody's transaction held what a scan needed. It is soon over, or the server ends it.
    package mutating func heldUp(now: Duration) {
        nextScan = now + Self.pauseWhenHeldUp
    }

    package mutating func swept(now: Duration) {
        nextSweep = now + min(Self.sweepInterval, scanInterval)
    }

    /// Something waits that the sweep sees to, and that somebody waits for.
    package mutating func sweepAtOnce(now: Duration) {
        if scanWake { nextSweep = min(nextSweep, now) }
    }

    /// There is something new.
    package mutating func wake(now: Duration) {
        if scanWake { nextScan = now }
    }
}
