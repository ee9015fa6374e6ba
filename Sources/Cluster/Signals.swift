package import FleetModel
import Synchronization

/// Wakes those on this node who wait for something, by what they wait for; whichever node made it happen.
package final class Signals<Key: Hashable & Sendable>: Sendable {
    private struct State {
        var next: UInt64 = 0
        var waiting: [Key: [UInt64: Wakeup]] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    /// How many wait; for the metrics.
    package var count: Int {
        state.withLock { $0.waiting.values.reduce(0) { $0 + $1.count } }
    }

    /// Subscribe before looking into the database, so that what comes in between is not missed.
    package func subscribe(_ key: Key) -> Subscription {
        let wakeup = Wakeup()
        let number = state.withLock { state in
            state.next += 1
            state.waiting[key, default: [:]][state.next] = wakeup
            return state.next
        }
        return Subscription(signals: self, key: key, number: number, wakeup: wakeup)
    }

    package func fire(_ keys: some Sequence<Key>) {
        let wakeups = state.withLock { state in
            keys.flatMap { state.waiting[$0].map { Array($0.values) } ?? [] }
        }
        for wakeup in wakeups { wakeup.fire() }
    }

    /// Wakes everybody: after a notification may have been missed, and when the node drains.
    package func fireAll() {
        let wakeups = state.withLock { $0.waiting.values.flatMap { Array($0.values) } }
        for wakeup in wakeups { wakeup.fire() }
    }

    private func remove(_ key: Key, _ number: UInt64) {
        state.withLock { state in
            state.waiting[key]?[number] = nil
            if state.waiting[key]?.isEmpty == true { state.waiting[key] = nil }
        }
    }

    /// One waiter's place; it leaves with its last user.
    package final class Subscription: Sendable {
        private let signals: Signals
        private let key: Key
        private let number: UInt64
        private let wakeup: Wakeup

        fileprivate init(signals: Signals, key: Key, number: UInt64, wakeup: Wakeup) {
            self.signals = signals
            self.key = key
            self.number = number
            self.wakeup = wakeup
        }

        deinit {
            signals.remove(key, number)
        }

        /// Returns true when something may have happened, false after `limit`.
        @discardableResult
        package func wait(upTo limit: Duration) async -> Bool {
            await wakeup.wait(upTo: limit)
        }
    }
}

/// Long polls, by the machine that was given work.
package typealias WorkSignals = Signals<ID<Machine>>

/// What the whole cluster may have to look at.
package enum ClusterSignal: Sendable, Hashable {
    /// There are new events, or needs that are due.
    case events
    /// The leader resigned, or this node may contend again.
    case leaseFree
    /// A node was drained or taken back.
    case drains
}

package typealias ClusterSignals = Signals<ClusterSignal>
