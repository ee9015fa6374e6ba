import FleetModel
import Postgres

/// The token of a tenure: every transaction of a leader begins by showing it.
///
/// The timeline is part of it because a failover to a standby that lagged can lose increments of the term.
package struct Fence: Sendable, Equatable {
    package let timeline: String
    package let term: Int64

    package init(timeline: String, term: Int64) {
        self.timeline = timeline
        self.term = term
    }
}

/// The tenure is over: somebody else leads, or the row says that nobody does. Nothing was written.
package struct LeaseLost: Error, Sendable, CustomStringConvertible {
    package let fence: Fence

    package init(fence: Fence) {
        self.fence = fence
    }

    package var description: String { "the lease of term \(fence.term) is no longer held" }
}
