package import FleetModel

/// When a delivery that did not get through is tried again: the schedule that Standard Webhooks recommends, three days in
/// all, so that a receiver may be broken over a weekend.
package enum WebhookSchedule {
    /// Seconds after the first, second, ... attempt.
    package static let waits = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
    /// The first and one after each wait.
    package static let attempts = waits.count + 1
    /// A receiver may ask for more time, up to this.
    package static let longestRetryAfterSeconds = 86_400

    /// The next attempt after the `attempt`-th (from 1) ended at `end`; nil: that was the last.
    ///
    /// `fraction`, from 0 to below 1, spreads what failed together: up to a fifth later.
    package static func next(
        after attempt: Int,
        endedAt end: Instant,
        retryAfterSeconds: Int? = nil,
        fraction: Double
    ) -> Instant? {
        guard (1..<attempts).contains(attempt) else { return nil }
        let wait = waits[attempt - 1]
        let asked = min(max(retryAfterSeconds ?? 0, 0), longestRetryAfterSeconds)
        let milliseconds = Int64(max(wait, asked)) * 1000 + Int64(Double(wait) * 200 * fraction)
        return Instant(microseconds: end.microseconds + milliseconds * 1000)
    }
}
