package import FleetModel

/// How one attempt to deliver ended.
package enum WebhookOutcome: Sendable, Equatable {
    /// The receiver answered; `retryAfterSeconds` is what it asked for.
    case answered(status: Int, retryAfterSeconds: Int? = nil)
    /// There was no answer, and why.
    case unreachable(String)
}

/// What becomes of a delivery after an attempt.
package enum WebhookVerdict: Sendable, Equatable {
    case delivered
    case again(at: Instant, error: String)
    case dead(error: String)
    /// The receiver says that it is gone for good: this delivery is dead and no other is tried.
    case gone(error: String)

    package static func judge(
        _ outcome: WebhookOutcome,
        attempt: Int,
        endedAt end: Instant,
        fraction: Double
    ) -> WebhookVerdict {
        let error: String
        var retryAfter: Int?
        switch outcome {
        case .answered(200..<300, _): return .delivered
        case .answered(410, _): return .gone(error: "410: the receiver says that it is gone")
        case .answered(300..<400, _): error = "a redirect, which is not followed: change the address"
        case .answered(let status, let asked):
            error = "the receiver answered \(status)"
            retryAfter = asked
        case .unreachable(let reason): error = reason
        }
        let next = WebhookSchedule.next(
            after: attempt,
            endedAt: end,
            retryAfterSeconds: retryAfter,
            fraction: fraction
        )
        return next.map { .again(at: $0, error: error) } ?? .dead(error: error)
    }
}

/// Whether a webhook works at all, told from its attempts in the order in which they end.
package struct WebhookHealth: Sendable, Equatable {
    /// One attempt may fail, and a second; the third in a row is no chance.
    package static let failuresUntilTold = 3

    package var failuresInARow: Int
    package var isFailing: Bool

    package init(failuresInARow: Int = 0, isFailing: Bool = false) {
        self.failuresInARow = failuresInARow
        self.isFailing = isFailing
    }

    /// What somebody is told of: a change of state, never a single delivery.
    package enum Change: Sendable, Equatable {
        case failing, recovered
    }

    package mutating func ended(wasDelivered: Bool) -> Change? {
        guard !wasDelivered else {
            defer { self = WebhookHealth() }
            return isFailing ? .recovered : nil
        }
        failuresInARow = min(failuresInARow, Int(Int32.max) - 1) + 1
        guard !isFailing, failuresInARow >= Self.failuresUntilTold else { return nil }
        isFailing = true
        return .failing
    }
}
