import Cluster
import FleetStore
import Logging
import Postgres
import ServiceLifecycle
import TestSupport

/// A node without its HTTP side: those of its services that take part in the lease, run as the product runs them.
struct TestNode: Sendable {
    let name: String
    let status = NodeStatus()
    let metrics = ScanMetrics()
    let store: Store
    private let group: ServiceGroup
    private let cluster: ClusterSignals

    init(_ name: String, settings: LeaseSettings = LeaseSettings(), schemaVersion: Int? = nil) throws {
        let current = try TestDatabase.current
        let channels = Channels(schema: current.schema)
        let work = WorkSignals()
        let cluster = ClusterSignals()
        let outbox = Announcer.Outbox(work: work, cluster: cluster)
        let database = Database(current.configuration, maxConnections: 2, logger: .quiet)
        self.name = name
        self.cluster = cluster
        store = Store(database: database, node: name) { outbox.add($0) }
        let context = LeaderContext(
            store: store,
            settings: settings,
            status: status,
            cluster: cluster,
            outbox: outbox,
            channels: channels,
            metrics: metrics,
            logger: .quiet
        )
        let relay = NotificationRelay(
            configuration: current.configuration,
            channels: channels,
            work: work,
            cluster: cluster,
            logger: .quiet
        )
        let announcer = Announcer(outbox: outbox, database: database, channels: channels, logger: .quiet)
        let elector = Elector(
            context: context,
            configuration: current.configuration,
            schemaVersion: try schemaVersion ?? Schema.migrator().version
        )
        group = ServiceGroup(services: [relay, announcer, elector], logger: .quiet)
    }

    var leads: Bool { status.snapshot.leads != nil }

    func run() async throws {
        do {
            try await group.run()
        } catch is CancellationError {}
        await store.database.close()
    }

    /// As its heartbeat does that finds it drained, or taken back.
    func drained(by actor: String?) {
        _ = status.drained(by: actor)
        cluster.fireAll()
    }

    /// As SIGTERM does.
    func stop() async { await group.triggerGracefulShutdown() }

    /// Runs the nodes while `body` runs, and stops them in good order.
    static func run(_ nodes: [TestNode], during body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in nodes { group.addTask { try await node.run() } }
            do {
                try await body()
            } catch {
                for node in nodes { await node.stop() }
                throw error
            }
            for node in nodes { await node.stop() }
            try await group.waitForAll()
        }
    }
}
