package import FleetStore
import Synchronization

/// What this node knows of itself, for balancers, operators and its own services.
package final class NodeStatus: Sendable {
    package enum Phase: Sendable, Equatable {
        /// Becomes ready.
        case starting
        /// Becomes draining.
        case ready
        /// Finishes what it has, and takes nothing new.
        case draining
    }

    package struct Snapshot: Sendable, Equatable {
        package var phase = Phase.starting
        /// nil: the database answered last time; else why it did not.
        package var databaseProblem: String? = "not connected yet"
        /// The tenure, while this node may trust that it holds the lease.
        package var leads: Fence?
        package var schemaVersion = 0
        /// Who drained the node, such as `person:ada`; nil: nobody.
        package var drainedBy: String?

        package var isReady: Bool { phase == .ready && databaseProblem == nil && drainedBy == nil }
        /// It finishes what it has, and holds nothing open.
        package var isDraining: Bool { phase == .draining || drainedBy != nil }
    }

    private struct State {
        var snapshot = Snapshot()
        var trustedUntil: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    package init() {}

    package var snapshot: Snapshot {
        let now = ContinuousClock.now
        return state.withLock { state in
            var snapshot = state.snapshot
            if let until = state.trustedUntil, now < until { return snapshot }
            snapshot.leads = nil
            return snapshot
        }
    }

    package var isDraining: Bool { state.withLock { $0.snapshot.isDraining } }

    /// An administrator took the node out: it leads no more.
    package var isDrained: Bool { state.withLock { $0.snapshot.drainedBy != nil } }

    /// nil: it is taken back. Returns whether that is news.
    package func drained(by actor: String?) -> Bool {
        state.withLock { state in
            defer { state.snapshot.drainedBy = actor }
            return state.snapshot.drainedBy != actor
        }
    }

    /// Draining because the process ends is for good: a node that drains does not become ready again.
    package func enter(_ phase: Phase) {
        state.withLock { if $0.snapshot.phase != .draining { $0.snapshot.phase = phase } }
    }

    /// nil: the database answered.
    package func databaseAnswered(_ problem: String?) {
        state.withLock { $0.snapshot.databaseProblem = problem }
    }

    package func schema(_ version: Int) {
        state.withLock { $0.snapshot.schemaVersion = version }
    }

    /// The node leads, and may believe so until `until` by its own monotonic clock.
    func leads(_ fence: Fence, until: ContinuousClock.Instant) {
        state.withLock {
            $0.snapshot.leads = fence
            $0.trustedUntil = until
        }
    }

    func follows() {
        state.withLock {
            $0.snapshot.leads = nil
            $0.trustedUntil = nil
        }
    }
}
