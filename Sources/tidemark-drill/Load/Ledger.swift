import Postgres
import Synchronization

/// What was acknowledged to whoever wrote it. What the ledger holds must be in the tables, whatever happened since.
final class Ledger: Sendable {
    private struct Entries {
        var xids: [String] = []
        var ids: [Int64] = []
        var deployments: [Int64] = []
        var failed = 0
        var requests = 0
        var failedRequests = 0
    }

    private let entries = Mutex(Entries())

    /// Commits of the load, transactions of it that failed while the database was away, requests through the balancer,
    /// and those of them that failed for good.
    var counts: (committed: Int, failed: Int, requests: Int, failedRequests: Int) {
        entries.withLock { ($0.ids.count, $0.failed, $0.requests, $0.failedRequests) }
    }

    /// An event of a transaction that was acknowledged.
    func committed(_ event: Int64, of xid: String) {
        entries.withLock {
            $0.xids.append(xid)
            $0.ids.append(event)
        }
    }

    func created(deployment: Int64) {
        entries.withLock { $0.deployments.append(deployment) }
    }

    func failed() {
        entries.withLock { $0.failed += 1 }
    }

    func answered(_ succeeded: Bool) {
        entries.withLock {
            $0.requests += 1
            if !succeeded { $0.failedRequests += 1 }
        }
    }

    /// How much of it is not there.
    func lost(in database: Database) async throws -> Int {
        let (xids, ids, deployments) = entries.withLock { ($0.xids, $0.ids, $0.deployments) }
        return try await database.query(
            """
            SELECT (SELECT count(*) FROM unnest(\(xids)::text[], \(ids)::bigint[]) k(xid, id)
                    WHERE NOT EXISTS (SELECT 1 FROM event e WHERE e.xid = k.xid::xid8 AND e.id = k.id))
                   + (SELECT count(*) FROM unnest(\(deployments)::bigint[]) k(id)
                      WHERE NOT EXISTS (SELECT 1 FROM deployment d WHERE d.id = k.id)) AS n
            """
        )[0]["n"]
    }
}
