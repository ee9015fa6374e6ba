import Synchronization

/// Slows down whoever guesses keys, in bounded memory: so many refusals from an address in a minute, and the rest of the
/// minute is refused unseen. A key has 256 bits, so this keeps guessing from costing the database more than it does from
/// succeeding.
final class SignInThrottle: Sendable {
    private let state = Mutex(Refusals())

    /// Seconds until the address may try again; nil: now.
    func wait(of address: String, now: ContinuousClock.Instant = .now) -> Int? {
        state.withLock { $0.wait(of: address, now: now) }
    }

    /// Counts a refusal; true if it is worth an event.
    func refused(_ address: String, now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { $0.refused(address, now: now) }
    }
}

/// How often each address was refused of late.
struct Refusals: Sendable {
    static let window = Duration.seconds(60)
    static let mostPerAddress = 10
    static let mostAddresses = 1000
    /// Of all addresses together: an event for each refusal would let anybody fill the event table.
    static let mostEvents = 30

    private struct Count {
        var since: ContinuousClock.Instant
        var number = 0
    }

    private var counts: [String: Count] = [:]
    private var events: Count?

    mutating func wait(of address: String, now: ContinuousClock.Instant) -> Int? {
        guard let count = counts[address], count.number >= Self.mostPerAddress else { return nil }
        let left = Self.window - (now - count.since)
        return left > .zero ? Int(left.components.seconds) + 1 : nil
    }

    mutating func refused(_ address: String, now: ContinuousClock.Instant) -> Bool {
        if counts[address] == nil, counts.count >= Self.mostAddresses {
            counts = counts.filter { now - $0.value.since < Self.window }
            // Still full: many addresses guess at once. Forgetting them all costs less than refusing somebody new.
            if counts.count >= Self.mostAddresses { counts = [:] }
        }
        counts[address] = Self.add(to: counts[address], now: now)
        let written = Self.add(to: events, now: now)
        events = written
        return written.number <= Self.mostEvents
    }

    private static func add(to count: Count?, now: ContinuousClock.Instant) -> Count {
        var count = count.flatMap { now - $0.since < window ? $0 : nil } ?? Count(since: now)
        count.number += 1
        return count
    }
}
