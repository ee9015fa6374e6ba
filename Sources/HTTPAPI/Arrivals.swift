import FleetModel
import HTTPTypes
import Synchronization

/// Keeps a fleet that comes all at once from taking the node's database connections away from everybody, itself included:
/// so many joins and openings of sessions are in hand at a time, and the others are refused before they cost anything.
///
/// What is let in is served to its end; without this, requests of several transactions each were begun in thousands and
/// few were finished, so that work was done again and again. Counted by each node for itself.
package final class Arrivals: Sendable {
    private let state: Mutex<ArrivalState>

    /// - Parameter atOnce: enough to keep all connections of a node at work; few enough that who else wants a connection waits
    ///   for a fraction of a second.
    package init(atOnce: Int = 64) {
        state = Mutex(ArrivalState(atOnce: atOnce, now: .now))
    }

    /// - Throws: 503 with the time after which to come again, if there are too many.
    func admit<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        if let most = state.withLock({ $0.begin(now: .now) }) {
            throw TooManyArrivals(retryAfterSeconds: .random(in: 1...most))
        }
        defer { state.withLock { $0.end(now: .now) } }
        return try await body()
    }
}

/// Refused for now, which in a storm is most; not worth a line in the log each.
struct TooManyArrivals: Error {
    let retryAfterSeconds: Int

    var answer: ProblemAnswer {
        ProblemAnswer(
            problem: Problem(
                .unavailable,
                "more agents come at once than this node takes: nothing was done, come again in \(retryAfterSeconds) s"
            ),
            headers: [.retryAfter: String(retryAfterSeconds)]
        )
    }
}

/// How many arrivals are in hand, and over what time to spread those that are refused.
struct ArrivalState: Sendable {
    /// Longer would leave a node idle after a storm.
    static let longestSeconds = 30

    let atOnce: Int
    private(set) var inHand = 0
    /// Of the running second, and of the last one that was counted whole.
    private var current = Counts()
    private var last = Counts()
    private var since: ContinuousClock.Instant

    private struct Counts {
        var served = 0
        var refused = 0
    }

    init(atOnce: Int, now: ContinuousClock.Instant) {
        self.atOnce = atOnce
        since = now
    }

    /// - Returns: nil: go on, and call `end` afterwards. Else within how many seconds to come again, at random: as many as
    ///   it takes to serve those that a second brings too much, so the longer the wait the fewer come.
    mutating func begin(now: ContinuousClock.Instant) -> Int? {
        count(now: now)
        guard inHand >= atOnce else {
            inHand += 1
            return nil
        }
        current.refused += 1
        let refused = max(last.refused, current.refused)
        // Before anybody was served to the end, those in hand are taken for what a second brings.
        return min(Self.longestSeconds, max(1, refused / max(1, atOnce, last.served, current.served)))
    }

    mutating func end(now: ContinuousClock.Instant) {
        count(now: now)
        inHand -= 1
        current.served += 1
    }

    private mutating func count(now: ContinuousClock.Instant) {
        guard now - since >= .seconds(1) else { return }
        last = now - since < .seconds(2) ? current : Counts()
        current = Counts()
        since = now
    }
}
