import FleetModel
import FleetStore
import Logging
import Postgres
import Proof
import ServiceLifecycle

/// How long it takes from the commit of a machine's event to the commit of the decision about it, with waking on:
/// one node leads and the events come through another one's unit of work. The same events through PgQ, whose consumer
/// looks for a batch all the time.
///
/// All instants are PostgreSQL's own (`track_commit_timestamp`).
struct LatencyPart {
    private static let pace: Duration = .milliseconds(30)

    let stage: Stage

    private var events: Int { stage.size.pick(small: 50, standard: 500) }

    func run(into figures: Figures) async throws {
        try await stage.withPostgres { postgres in
            let database = Database(postgres.configuration, maxConnections: 4, logger: stage.logger)
            let fleet = try await EventFleet.make(in: Store(database: database, node: "bench"))
            let ours = try await decide(fleet, postgres.configuration, database)
            let pgq = try await PgQ.install(stage, postgres, database)
            let missing = Baseline.missing("PgQ", because: "postgresql-15-pgq3 and pgqd are not installed")
            var quick = missing
            var usual = missing
            if let pgq {
                quick = Baseline(
                    "PgQ's batch consumer, pgqd ticking every 50 ms",
                    try await consume(pgq, everySeconds: "0.05", database).median
                )
                usual = Baseline(
                    "PgQ's batch consumer, pgqd ticking every second",
                    try await consume(pgq, everySeconds: "1", database).median
                )
            }
            await database.close()
            figures.add(
                Figure(
                    "event to decision, median of \(ours.count)",
                    ours.median,
                    "ms",
                    against: quick,
                    target: .below(10)
                )
            )
            figures.add(
                Figure("event to decision, beside PgQ as it comes", ours.median, "ms", against: usual)
            )
            figures.add(Figure("event to decision, 99th percentile", ours.quantile(0.99), "ms"))
        }
    }

    private func decide(
        _ fleet: EventFleet,
        _ configuration: ConnectionConfiguration,
        _ database: Database
    ) async throws -> Measured {
        let leader = try InnerNode("leader", configuration, logger: stage.logger)
        let writer = try InnerNode("writer", configuration, logger: stage.logger)
        let group = ServiceGroup(services: leader.leading + writer.announcing, logger: stage.logger)
        let latencies = try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await poll("a leader that has scanned") {
                let row = try await database.query("SELECT 1 FROM scan_mark WHERE scans > 0").first
                return row.map { _ in () }
            }
            for number in 0..<events {
                try await writer.store.appendHealthy(fleet, number: number, by: "machine:latency")
                try await Task.sleep(for: Self.pace * Double.random(in: 0.5...1.5))
            }
            let latencies = try await poll("all decisions") { try await decided(database) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return latencies
        }
        await leader.database.close()
        await writer.database.close()
        return latencies
    }

    private func decided(_ database: Database) async throws -> Measured? {
        let rows = try await database.query(
            """
            SELECT 1000 * extract(epoch FROM pg_xact_commit_timestamp(d.xmin)
                                             - pg_xact_commit_timestamp(e.xid::xid))::float8 AS ms
            FROM event e JOIN decision d ON d.event_id = e.id AND d.kind = 'match' WHERE e.actor = 'machine:latency'
            """
        )
        return rows.count == events ? Measured(try rows.map { try $0["ms"] }) : nil
    }

    private func consume(_ pgq: PgQ, everySeconds seconds: String, _ database: Database) async throws
        -> Measured
    {
        let pgqd = try await pgq.startTicking(everySeconds: seconds, database)
        do {
            let latencies = try await consume(database)
            await ChildProcess.stop([pgqd])
            return latencies
        } catch {
            await ChildProcess.stop([pgqd])
            throw error
        }
    }

    private func consume(_ database: Database) async throws -> Measured {
        _ = try await database.query("DROP TABLE IF EXISTS bench_consumed")
        _ = try await database.query("CREATE TABLE bench_consumed (event_id bigint, event_xid bigint)")
        // A fifth of the events: they are evenly apart, and a consumer that waits for ticks needs no more to show it.
        let count = max(events / 5, 10)
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                while !Task.isCancelled {
                    if try await !PgQ.consume(database) { try await Task.sleep(for: .milliseconds(2)) }
                }
            }
            for _ in 0..<count {
                _ = try await database.query("SELECT pgq.insert_event(\(PgQ.queue), 'MachineHealthy', '{}')")
                try await Task.sleep(for: Self.pace * Double.random(in: 0.5...1.5))
            }
            let latencies = try await poll("all events to come out of PgQ") {
                try await consumed(count, database)
            }
            tasks.cancelAll()
            _ = await tasks.nextResult()
            return latencies
        }
    }

    private func consumed(_ count: Int, _ database: Database) async throws -> Measured? {
        let rows = try await database.query(
            """
            SELECT 1000 * extract(epoch FROM pg_xact_commit_timestamp(xmin)
                                             - pg_xact_commit_timestamp(event_xid::text::xid))::float8 AS ms
            FROM bench_consumed
            """
        )
        return rows.count == count ? Measured(try rows.map { try $0["ms"] }) : nil
    }
}
