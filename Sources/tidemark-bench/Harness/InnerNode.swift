import Cluster
import FleetStore
import Logging
import Postgres
import ServiceLifecycle

/// What of a node takes part in scanning, in this process: all but its HTTP side.
struct InnerNode {
    let database: Database
    let store: Store
    let leading: [any Service]
    let announcing: [any Service]

    init(_ name: String, _ configuration: ConnectionConfiguration, logger: Logger) throws {
        let channels = Channels(schema: "public")
        let (work, cluster) = (WorkSignals(), ClusterSignals())
        let outbox = Announcer.Outbox(work: work, cluster: cluster)
        database = Database(configuration, maxConnections: 4, logger: logger)
        store = Store(database: database, node: name) { outbox.add($0) }
        announcing = [Announcer(outbox: outbox, database: database, channels: channels, logger: logger)]
        let relay = NotificationRelay(
            configuration: configuration,
            channels: channels,
            work: work,
            cluster: cluster,
            logger: logger
        )
        let context = LeaderContext(
            store: store,
            settings: LeaseSettings(),
            status: NodeStatus(),
            cluster: cluster,
            outbox: outbox,
            channels: channels,
            metrics: ScanMetrics(),
            logger: logger
        )
        let elector = Elector(
            context: context,
            configuration: configuration,
            schemaVersion: try Schema.migrator().version
        )
        leading = announcing + [relay, elector]
    }
}
