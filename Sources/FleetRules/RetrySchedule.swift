package import FleetModel

extension Trigger.Retry {
    /// When to try again after the `attempt`-th run (from 1) ended at `end`: the delay doubles every time. There is no
    /// jitter: arrivals are spread by when their runs ended, and a schedule that can be told beforehand can be shown.
    package func nextAttempt(after attempt: Int, endedAt end: Instant) -> Instant {
        let doublings = min(max(attempt - 1, 0), 20)
        return end.adding(seconds: min(backoffSeconds << doublings, longestSeconds))
    }
}
