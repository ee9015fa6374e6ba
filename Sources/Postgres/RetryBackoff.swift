/// How long to wait before the next attempt: twice as long each time, up to a limit, and a random part of
/// that, so that those who failed together do not come back together.
struct RetryBackoff: Sendable {
    let first: Duration
    let longest: Duration

    /// `attempt` counts the failures so far, from 1; `fraction` is the random part, 0...1.
    func delay(after attempt: Int, fraction: Double) -> Duration {
        let doublings = min(max(attempt - 1, 0), 30)
        let full = min(first * (1 << doublings), longest)
        return full * (0.5 + fraction.clamped / 2)
    }

    func delay(after attempt: Int) -> Duration {
        delay(after: attempt, fraction: Double.random(in: 0...1))
    }
}

extension Double {
    fileprivate var clamped: Double { Swift.min(Swift.max(self, 0), 1) }
}
