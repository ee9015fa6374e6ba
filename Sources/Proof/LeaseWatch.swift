package import Postgres

/// Looks at lease and nodes from outside, as an operator would.
package struct LeaseWatch: Sendable {
    package struct Leader: Sendable {
        package let node: String
        package let term: Int64
    }

    /// The end of a failover.
    package struct Takeover: Sendable {
        package let node: String
        package let term: Int64
        package let seconds: Double
    }

    package let database: Database

    package init(database: Database) {
        self.database = database
    }

    /// An instant by the database's clock.
    package func now() async throws -> String {
        try await database.query("SELECT clock_timestamp()::text AS now")[0]["now"]
    }

    /// Who leads, once it has scanned and `count` nodes are there; nil: however many.
    package func settledLeader(among count: Int?) async throws -> Leader {
        try await poll("a leader, and \(count ?? 0) nodes that are ready") {
            let row = try await database.query(
                """
                SELECT l.node, l.term FROM lease l JOIN lease_history h USING (timeline, term)
                WHERE l.resigned_at IS NULL AND h.first_scan_at IS NOT NULL
                  AND l.renewed_at > clock_timestamp() - interval '3 seconds'
                  AND (\(count)::int IS NULL
                       OR (SELECT count(*) FROM node
                           WHERE state = 'ready' AND seen_at > clock_timestamp() - interval '5 seconds') = \(count))
                """
            ).first
            return try row.map { Leader(node: try $0["node"], term: try $0["term"]) }
        }
    }

    /// Waits until the node has announced itself since `instant`.
    package func waitForStart(of node: String, since instant: String) async throws {
        try await poll("the start of \(node)") {
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
    package func takeover(after term: Int64, since instant: String) async throws -> Takeover {
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

    /// How long after `instant` the next scan was completed, by whoever leads.
    package func nextScan(since instant: String) async throws -> Double {
        try await poll("a completed scan", every: .milliseconds(10)) {
            let row = try await database.query(
                """
                SELECT extract(epoch FROM advanced_at - \(instant)::timestamptz)::float8 AS seconds
                FROM scan_mark WHERE name = 'auto' AND advanced_at > \(instant)::timestamptz
                """
            ).first
            return try row.map { try $0["seconds"] }
        }
    }

    /// When the server that takes writes first answered after it was started, or promoted: within a few hundredths of
    /// a second.
    package func firstAnswer(from port: String, since instant: String?) async throws -> String {
        try await poll("PostgreSQL to answer again", every: .milliseconds(20)) {
            let row = try await database.query(
                """
                SELECT clock_timestamp()::text AS now FROM (SELECT pg_postmaster_start_time() AS t) s
                WHERE current_setting('port') = \(port)
                  AND (\(instant)::timestamptz IS NULL OR t > \(instant)::timestamptz)
                """
            ).first
            return try row.map { try $0["now"] }
        }
    }
}
