/// Who is in the cluster, who leads, and how far the scan is. `GET /cluster`.
package struct ClusterStatus: Codable, Sendable, Equatable {
    package var nodes: [Node]
    package var leader: Leader?
    package var scan: Scan
    package var leaseHistory: [Tenure]
    /// Policies whose cleanup stands still and asks; nil: an older node answers.
    package var cleanupHolds: [CleanupHold]?

    package init(
        nodes: [Node],
        leader: Leader?,
        scan: Scan,
        leaseHistory: [Tenure],
        cleanupHolds: [CleanupHold]? = nil
    ) {
        self.nodes = nodes
        self.leader = leader
        self.scan = scan
        self.leaseHistory = leaseHistory
        self.cleanupHolds = cleanupHolds
    }

    /// Nodes run, and every one of them is drained: no balancer sends requests anywhere, and nobody leads.
    package var allAreDrained: Bool {
        let running = nodes.filter { $0.state != "gone" && $0.state != "stopped" }
        return !running.isEmpty && running.allSatisfy { $0.drainedAt != nil }
    }

    package struct Node: Codable, Sendable, Equatable {
        package var name: String
        package var version: String
        package var address: String
        /// `ready`, `drained`, `draining`, `stopped`, or `gone` when it has not written for 15 seconds.
        package var state: String
        package var startedAt: Instant
        package var seenAt: Instant
        /// Since when it is to take no requests and not to lead; nil: it does both.
        package var drainedAt: Instant?
        package var drainedBy: String?

        package init(
            name: String,
            version: String,
            address: String,
            state: String,
            startedAt: Instant,
            seenAt: Instant,
            drainedAt: Instant? = nil,
            drainedBy: String? = nil
        ) {
            self.name = name
            self.version = version
            self.address = address
            self.state = state
            self.startedAt = startedAt
            self.seenAt = seenAt
            self.drainedAt = drainedAt
            self.drainedBy = drainedBy
        }
    }

    /// Also the answer of `GET /leader`.
    package struct Leader: Codable, Sendable, Equatable {
        package var node: String
        package var term: Int64
        package var timeline: String
        package var acquiredAt: Instant
        package var renewedAt: Instant

        package init(node: String, term: Int64, timeline: String, acquiredAt: Instant, renewedAt: Instant) {
            self.node = node
            self.term = term
            self.timeline = timeline
            self.acquiredAt = acquiredAt
            self.renewedAt = renewedAt
        }
    }

    package struct Scan: Codable, Sendable, Equatable {
        package var mark: String
        package var lastCompletedAt: Instant
        package var eventsRead: Int64
        package var eventsWaiting: Int64
        package var openNeeds: Int64

        package init(
            mark: String,
            lastCompletedAt: Instant,
            eventsRead: Int64,
            eventsWaiting: Int64,
            openNeeds: Int64
        ) {
            self.mark = mark
            self.lastCompletedAt = lastCompletedAt
            self.eventsRead = eventsRead
            self.eventsWaiting = eventsWaiting
            self.openNeeds = openNeeds
        }
    }

    package struct Tenure: Codable, Sendable, Equatable {
        package var term: Int64
        package var node: String
        package var acquiredAt: Instant
        package var endedAt: Instant?
        package var endReason: String?

        package init(term: Int64, node: String, acquiredAt: Instant, endedAt: Instant?, endReason: String?) {
            self.term = term
            self.node = node
            self.acquiredAt = acquiredAt
            self.endedAt = endedAt
            self.endReason = endReason
        }
    }
}
