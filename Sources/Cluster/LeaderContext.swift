package import FleetStore
package import Logging

/// What the elector and the leader need of their node.
package struct LeaderContext: Sendable {
    package let store: Store
    package let settings: LeaseSettings
    package let status: NodeStatus
    package let cluster: ClusterSignals
    package let outbox: Announcer.Outbox
    package let channels: Channels
    package let metrics: ScanMetrics
    package let logger: Logger

    package var node: String { store.node }

    package init(
        store: Store,
        settings: LeaseSettings,
        status: NodeStatus,
        cluster: ClusterSignals,
        outbox: Announcer.Outbox,
        channels: Channels,
        metrics: ScanMetrics,
        logger: Logger
    ) {
        self.store = store
        self.settings = settings
        self.status = status
        self.cluster = cluster
        self.outbox = outbox
        self.channels = channels
        self.metrics = metrics
        self.logger = logger
    }
}
