package import FleetModel

/// How often a machine is tried again after a failed run, and how long to wait in between.
package struct RetryPolicy: Sendable, Equatable {
    package var attempts: Int
    package var firstDelaySeconds: Int
    package var longestDelaySeconds: Int

    /// Three attempts, 30 seconds and 1 minute apart.
    package init(attempts: Int = 3, firstDelaySeconds: Int = 30, longestDelaySeconds: Int = 600) {
        self.attempts = attempts
        self.firstDelaySeconds = firstDelaySeconds
        self.longestDelaySeconds = longestDelaySeconds
    }

    /// When to try again after the `attempt`-th run (from 1) ended at `end`: the delay doubles every time.
    package func nextAttempt(after attempt: Int, endedAt end: Instant) -> Instant {
        let doublings = min(max(attempt - 1, 0), 20)
        return end.adding(seconds: min(firstDelaySeconds << doublings, longestDelaySeconds))
    }
}
