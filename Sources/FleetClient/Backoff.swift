internal import FleetModel

/// Waiting times that spread a crowd out: "full jitter", a random time between nothing and a ceiling that doubles.
///
/// Source: AWS Architecture Blog, "Exponential Backoff And Jitter" (2015). Randomness is passed in.
package struct Backoff: Sendable, Equatable {
    package let base: Duration
    package let cap: Duration
    /// Failures in a row so far.
    package private(set) var failures = 0

    package init(base: Duration, cap: Duration) {
        self.base = base
        self.cap = cap
    }

    /// The longest time that the next wait may take.
    package var ceiling: Duration {
        // 2^30 of any base is past every sensible cap; a larger shift would overflow.
        min(cap, base * (1 << min(failures, 30)))
    }

    /// Counts a failure and gives the time to wait; `fraction` is random in 0..<1.
    package mutating func next(fraction: Double) -> Duration {
        let wait = ceiling * fraction
        failures += 1
        return wait
    }

    /// The same after a failure that may say how long not to come again: that long and then the random time, or all who
    /// were told the same would come at once.
    package mutating func next(after error: any Error, fraction: Double) -> Duration {
        .seconds((error as? Problem)?.retryAfterSeconds ?? 0) + next(fraction: fraction)
    }

    package mutating func succeeded() {
        failures = 0
    }
}
