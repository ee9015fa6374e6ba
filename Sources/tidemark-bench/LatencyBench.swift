import Cluster
import FleetModel
import FleetRules
import FleetStore
import Logging
import Postgres
import Proof
import ServiceLifecycle

/// How long it takes from the commit of a machine's event to the commit of the decision about it, with waking on:
/// one node leads and the events come through another one's unit of work.
///
/// Both instants are PostgreSQL's own (`track_commit_timestamp`).
struct LatencyBench {
    private static let pace: Duration = .milliseconds(40)

    let configuration: ConnectionConfiguration
    let fleet: BenchFleet
    let events: Int
    let logger: Logger

    func run(into results: BenchResults) async throws {
        let leader = try BenchNode("leader", configuration, logger: logger)
        let writer = try BenchNode("writer", configuration, logger: logger)
        // What other figures left behind is not to be scanned now.
        _ = try await leader.database.query("UPDATE scan_mark SET done = pg_current_snapshot(), batch = NULL")
        let before: Int64 = try await leader.database.query("SELECT coalesce(max(id), 0) AS id FROM event")[
            0
        ]["id"]
        let group = ServiceGroup(services: leader.leading + writer.announcing, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await writeEvents(through: writer.store)
            while try await undecided(leader.database, after: before) > 0 {
                try await Task.sleep(for: .milliseconds(20))
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        let latencies = try await latencies(leader.database, after: before)
        await leader.database.close()
        await writer.database.close()
        results.add(
            BenchResult(
                name: "event to decision, median of \(latencies.count)",
                value: latencies.median,
                unit: "ms"
            )
        )
        results.add(
            BenchResult(
                name: "event to decision, p99",
                value: latencies.quantile(0.99),
                unit: "ms",
                target: "< 1000",
                met: latencies.quantile(0.99) < 1000
            )
        )
    }

    private func writeEvents(through store: Store) async throws {
        for number in 0..<events {
            let machine = fleet.machines[number % fleet.machines.count]
            let environment = fleet.environment
            try await store.unitOfWork(by: "machine:latency") { _, changes in
                changes.post(
                    .machineHealthChanged(
                        EventSubject(machine: machine, environment: environment),
                        name: "bench",
                        from: .unhealthy,
                        to: .healthy,
                        reason: "its agent said so"
                    )
                )
            }
            try await Task.sleep(for: Self.pace * Double.random(in: 0.5...1.5))
        }
    }

    private func undecided(_ database: Database, after before: Int64) async throws -> Int {
        try await database.query(
            """
            SELECT count(*) AS n FROM event e WHERE e.id > \(before) AND e.actor = 'machine:latency'
              AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.event_id = e.id AND d.kind = 'match')
            """
        )[0]["n"]
    }

    private func latencies(_ database: Database, after before: Int64) async throws -> Measured {
        let rows = try await database.query(
            """
            SELECT 1000 * extract(epoch FROM pg_xact_commit_timestamp(d.xmin)
                                             - pg_xact_commit_timestamp(e.xid::xid))::float8 AS ms
            FROM event e JOIN decision d ON d.event_id = e.id AND d.kind = 'match'
            WHERE e.id > \(before) AND e.actor = 'machine:latency'
            """
        )
        return Measured(try rows.map { try $0["ms"] })
    }
}

/// What of a node takes part: all but its HTTP side.
private struct BenchNode {
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
