/// Says whether a failed request is sent again and when; pure, so that its whole table can be tested.
///
/// Only requests that may be repeated ask it: reads, and writes that carry an idempotency key.
package struct RetryRule: Sendable {
    /// No further attempt starts after this time.
    package var deadline: Duration
    package var attempts: Int
    package var backoff: Backoff

    package init(attempts: Int, deadline: Duration, base: Duration, cap: Duration) {
        self.attempts = attempts
        self.deadline = deadline
        self.backoff = Backoff(base: base, cap: cap)
    }

    /// For people who wait: five attempts within 30 seconds.
    package static let standard = RetryRule(
        attempts: 5,
        deadline: .seconds(30),
        base: .milliseconds(250),
        cap: .seconds(5)
    )
    /// For callers with a loop of their own.
    package static let never = RetryRule(attempts: 1, deadline: .zero, base: .zero, cap: .zero)

    package enum Failure: Sendable, Equatable {
        case transport
        case status(Int, retryAfterSeconds: Int?)
    }

    /// The time to wait before the next attempt; nil: give the failure to the caller.
    package mutating func wait(after failure: Failure, elapsed: Duration, fraction: Double) -> Duration? {
        guard backoff.failures + 1 < attempts else { return nil }
        var wait = backoff.next(fraction: fraction)
        if case .status(let status, let retryAfterSeconds) = failure {
            guard [429, 502, 503, 504].contains(status) else { return nil }
            wait += .seconds(retryAfterSeconds ?? 0)
        }
        return elapsed + wait <= deadline ? wait : nil
    }
}
