import Postgres
import Proof

/// Looks at lease and nodes from outside, as an operator would.
struct LeaseWatch: Sendable {
    struct Leader: Sendable {
        let node: String
        let term: Int64
    }

    /// The end of a failover.
    struct Takeover: Sendable {
        let node: String
        let term: Int64
        let seconds: Double
    }

    let database: Database

    /// An instant by the database's clock.
    func now() async throws -> String {
        try await database.query("SELECT clock_timestamp()::text AS now")[0]["now"]
    }

    /// Who leads, once it has scanned and all nodes are there.
    func settledLeader(among count: Int) async throws -> Leader {
        try await poll("a leader, and \(count) nodes that are ready", every: .milliseconds(50)) {
            let row = try await database.query(
                """
                SELECT l.node, l.term FROM lease l JOIN lease_history h USING (timeline, term)
                WHERE l.resigned_at IS NULL AND h.first_scan_at IS NOT NULL
                  AND l.renewed_at > clock_timestamp() - interval '3 seconds'
                  AND (SELECT count(*) FROM node WHERE state = 'ready'
                                                  AND seen_at > clock_timestamp() - interval '5 seconds') = \(count)
                """
            ).first
            return try row.map { Leader(node: try $0["node"], term: try $0["term"]) }
        }
    }

    /// Waits until the node has announced itself since `instant`.
    func waitForStart(of node: String, since instant: String) async throws {
        try await poll("the start of \(node)", every: .milliseconds(50)) {
            let row = try await database.query(
                """
                SELECT 1 FROM node
                WHERE name = \(node) AND state = 'ready' AND started_at > \(instant)::timestamptz
                """
            ).first
            return row.map { _ in () }
        }
    }

    /// The first scan that another tenure completed, and how long after `instant` that was.
    func takeover(after term: Int64, since instant: String) async throws -> Takeover {
        try await poll("a scan by the next leader", every: .milliseconds(10)) {
            let row = try await database.query(
                """
                SELECT node, term, extract(epoch FROM first_scan_at - \(instant)::timestamptz)::float8 AS seconds
                FROM lease_history WHERE term > \(term) AND first_scan_at IS NOT NULL ORDER BY term LIMIT 1
                """
            ).first
            return try row.map {
                Takeover(node: try $0["node"], term: try $0["term"], seconds: try $0["seconds"])
            }
        }
    }

    /// Ends the session that holds the lease.
    func endLeaseSession() async throws {
        _ = try await database.query("SELECT pg_terminate_backend(pid) FROM lease")
    }

    /// When a PostgreSQL that was started after `instant` first answered, within a few hundredths of a second.
    func firstAnswer(after instant: String) async throws -> String {
        try await poll("PostgreSQL to answer again", every: .milliseconds(20)) {
            let row = try await database.query(
                """
                SELECT clock_timestamp()::text AS now FROM (SELECT pg_postmaster_start_time() AS t) s
                WHERE t > \(instant)::timestamptz
                """
            ).first
            return try row.map { try $0["now"] }
        }
    }

    /// Asks until there is an answer. A database that is away is no answer, nor one without tables (42P01).
    private func poll<Value>(
        _ what: String,
        every interval: Duration,
        _ ask: () async throws -> Value?
    ) async throws -> Value {
        let limit = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < limit {
            do {
                if let value = try await ask() { return value }
            } catch let error as PostgresError
                where error.isRetryable || error.kind == .commitUnknown || error.sqlState == "42P01"
            {
                // It is asked again.
            }
            try await Task.sleep(for: interval)
        }
        throw ProofError("waited 60 s in vain for \(what)")
    }
}
