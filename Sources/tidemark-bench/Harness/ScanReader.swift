import FleetModel
import FleetStore
import Postgres
import Proof

/// The leader's scan without a lease session, and what it is compared to.
struct ScanReader {
    let store: Store
    private let fence: Fence

    init(store: Store) async throws {
        self.store = store
        fence = try await store.read { tx in
            var changes = Changes(actor: "node:bench", node: "bench")
            return try LeaseRows.begin(node: "bench", in: tx, &changes)
        }
        _ = try await store.database.query("CREATE TABLE bench_mark (noted pg_snapshot)")
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
            if outcome.isComplete { return (ContinuousClock.now - started).inSeconds }
        }
    }

    /// Scans what is above the mark as it was noted, again.
    @discardableResult
    func rewindAndScan() async throws -> Double {
        _ = try await store.database.query("UPDATE scan_mark SET done = noted, batch = NULL FROM bench_mark")
        return try await scan()
    }

    /// Everything so far is read, and the mark is noted.
    func moveMarkToHead() async throws {
        _ = try await store.database.query("UPDATE scan_mark SET done = pg_current_snapshot(), batch = NULL")
        _ = try await store.database.query("TRUNCATE bench_mark")
        _ = try await store.database.query("INSERT INTO bench_mark SELECT done FROM scan_mark")
    }

    /// Old events in few transactions: nobody reads them again, they only have to be there.
    func addOldEvents(_ count: Int, _ category: EventCategory) async throws {
        for start in stride(from: 0, to: count, by: 500_000) {
            _ = try await store.database.query(
                EventFleet.oldEvents(min(500_000, count - start), category)
            )
        }
    }

    /// New events as many short transactions leave them, ten in each.
    func addNewEvents(_ count: Int, _ category: EventCategory) async throws {
        _ = try await store.database.query(EventFleet.newEvents(count, category))
    }

    /// No case has the advantage of fresh statistics or of written pages.
    func settleTable() async throws {
        _ = try await store.database.query("VACUUM (ANALYZE) event")
        _ = try await store.database.query("CHECKPOINT")
    }

    /// Seconds that it takes to read the last `count` events in pages, in order of their ids, decoded as a scan does.
    func readPlainly(_ count: Int) async throws -> Double {
        let highest: Int64 = try await store.database.query("SELECT max(id) AS id FROM event")[0]["id"]
        let limit = ScanLimits().events
        let started = ContinuousClock.now
        var last = highest - Int64(count)
        while last < highest {
            let after = last
            let page = try await store.read { tx in
                try tx.run(
                    """
                    SELECT e.xid, e.id, e.category, e.machine_id, e.environment_id, e.project_id, e.release_id FROM event e
                    WHERE e.id > \(after) ORDER BY e.id LIMIT \(limit)
                    """
                ).map(MarkRows.PageEvent.init(row:))
            }
            guard let end = page.last else { break }
            last = end.id.rawValue
        }
        return (ContinuousClock.now - started).inSeconds
    }
}
