import FleetModel
import FleetStore
import Logging
import Postgres
import Proof

/// What a scan costs: against plainly reading the same rows, in memory, and with few or many old events behind the
/// mark.
struct ScanBench {
    private static let repetitions = 5
    private static let fewOld = 10_000

    let configuration: ConnectionConfiguration
    /// Events in a scan, and old events in the large case.
    let new: Int
    let manyOld: Int
    let logger: Logger

    private var store: Store {
        var patient = configuration
        patient.settings += [("statement_timeout", "0"), ("synchronous_commit", "off")]
        return Store(database: Database(patient, maxConnections: 1, logger: logger), node: "bench")
    }

    func run(into results: BenchResults) async throws {
        let bench = try await Reader(store: store)
        // Reading is measured, not needs that other figures left open.
        _ = try await bench.store.database.query("DELETE FROM need")
        try await bench.store.addOldEvents(Self.fewOld)
        try await bench.moveMarkToHead()

        try await bench.store.addNewEvents(new / 10, .machineUnhealthy)
        _ = try await bench.scan()
        try PeakMemory.forget()
        try await bench.rewindAndScan(1)
        let fewMemory = try PeakMemory.mebibytes()
        try await bench.moveMarkToHead()

        try await bench.store.addNewEvents(new, .machineUnhealthy)
        try await bench.settleTable()
        try PeakMemory.forget()
        let few = try await bench.rewindAndScan(Self.repetitions)
        let memory = try PeakMemory.mebibytes()
        let plain = try await bench.readPlainly(new, repetitions: Self.repetitions)
        report(few: few, plain: plain, memory: memory, fewMemory: fewMemory, into: results)

        try await bench.store.addOldEvents(max(manyOld - Self.fewOld - new - new / 10, 0))
        try await bench.moveMarkToHead()
        try await bench.store.addNewEvents(new, .machineUnhealthy)
        try await bench.settleTable()
        let many = try await bench.rewindAndScan(Self.repetitions)
        let growth = many / few
        results.add(
            BenchResult(
                name: "scan of \(new), \(manyOld) old events",
                value: many * 1000,
                unit: "ms",
                baseline: "the same with \(Self.fewOld) old",
                ratio: growth,
                target: "<= 1.5",
                met: growth <= 1.5
            )
        )

        try await bench.moveMarkToHead()
        try await bench.store.addNewEvents(new, .machineHealthy)
        let deciding = try await bench.scan()
        results.add(
            BenchResult(
                name: "scan of \(new) that all fire a trigger",
                value: Double(new) / deciding,
                unit: "events/s"
            )
        )
        await bench.store.database.close()
    }

    private func report(
        few: Double,
        plain: Double,
        memory: Double,
        fewMemory: Double,
        into results: BenchResults
    ) {
        results.add(
            BenchResult(name: "plain reading of \(new)", value: Double(new) / plain, unit: "events/s")
        )
        results.add(
            BenchResult(
                name: "scan of \(new)",
                value: Double(new) / few,
                unit: "events/s",
                baseline: "plain reading of the same rows",
                ratio: plain / few
            )
        )
        results.add(
            BenchResult(
                name: "peak memory of a scan of \(new)",
                value: memory,
                unit: "MiB",
                baseline: "of a scan of \(new / 10)",
                ratio: memory / fewMemory,
                target: "<= 1.5",
                met: memory / fewMemory <= 1.5
            )
        )
    }
}

extension Store {
    fileprivate func addOldEvents(_ count: Int) async throws {
        for start in stride(from: 0, to: count, by: 500_000) {
            _ = try await database.query(BenchFleet.oldEvents(min(500_000, count - start), .machineUnhealthy))
        }
    }

    fileprivate func addNewEvents(_ count: Int, _ category: EventCategory) async throws {
        _ = try await database.query(BenchFleet.newEvents(count, category))
    }
}

/// The leader's scan without a lease session, and its baseline.
private struct Reader {
    let store: Store
    let fence: Fence
    private let pageSize = ScanLimits().events

    init(store: Store) async throws {
        self.store = store
        fence = try await store.read { tx in
            var changes = Changes(actor: "node:bench", node: "bench")
            return try LeaseRows.begin(node: "bench", in: tx, &changes)
        }
    }

    /// Seconds that a scan took.
    @discardableResult
    func scan() async throws -> Double {
        let scan = Scan(fence: fence, node: "bench")
        let started = ContinuousClock.now
        _ = try await store.database.query(MarkRows.tick(fence))
        while true {
            let outcome = try await store.unitOfWork(by: "node:bench") { tx, changes in
                try scan.page(in: tx, &changes)
            }
            if outcome.isComplete { return (ContinuousClock.now - started) / .seconds(1) }
        }
    }

    /// The median time of scanning what is above the mark as it was noted, again and again.
    @discardableResult
    func rewindAndScan(_ repetitions: Int) async throws -> Double {
        var times = Measured()
        for _ in 0..<repetitions {
            _ = try await store.database.query(
                "UPDATE scan_mark SET done = noted, batch = NULL FROM bench_mark"
            )
            times.add(try await scan())
        }
        return times.median
    }

    /// Everything so far is read, and the mark is noted.
    func moveMarkToHead() async throws {
        _ = try await store.database.query(
            "CREATE TABLE IF NOT EXISTS bench_mark (noted pg_snapshot)"
        )
        _ = try await store.database.query("UPDATE scan_mark SET done = pg_current_snapshot(), batch = NULL")
        _ = try await store.database.query("TRUNCATE bench_mark")
        _ = try await store.database.query("INSERT INTO bench_mark SELECT done FROM scan_mark")
    }

    /// Neither case has the advantage of fresh statistics or of written pages.
    func settleTable() async throws {
        _ = try await store.database.query("VACUUM (ANALYZE) event")
        _ = try await store.database.query("CHECKPOINT")
    }

    /// The median time of reading the last `count` events in pages, decoded as the scan does.
    func readPlainly(_ count: Int, repetitions: Int) async throws -> Double {
        var times = Measured()
        let highest: Int64 = try await store.database.query("SELECT max(id) AS id FROM event")[0]["id"]
        for _ in 0..<repetitions {
            let started = ContinuousClock.now
            var last = highest - Int64(count)
            var read = 0
            while read < count {
                let (after, limit) = (last, pageSize)
                let page = try await store.read { tx in
                    try tx.run(
                        """
                        SELECT e.xid, e.id, e.category, e.machine_id, e.environment_id, e.project_id FROM event e
                        WHERE e.id > \(after) ORDER BY e.id LIMIT \(limit)
                        """
                    ).map(MarkRows.PageEvent.init(row:))
                }
                read += page.count
                last = page.last?.id.rawValue ?? highest
                if page.isEmpty { break }
            }
            times.add((ContinuousClock.now - started) / .seconds(1))
        }
        return times.median
    }
}
