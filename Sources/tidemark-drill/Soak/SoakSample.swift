import Postgres
import Proof

/// What was in use at one moment.
struct SoakSample: Sendable {
    /// By node. A node that was started again begins anew, so these are also bounded as they are.
    var connections: [String: Int] = [:]
    var openFiles: [String: Int] = [:]
    var residentBytes: [String: Int] = [:]
    var deadTuples = 0
    /// Rows that are alive, as PostgreSQL estimates them.
    var liveTuples = 0
    /// Transactions since the oldest that somebody may still look at.
    var oldestTransactionAge = 0
    var tableBytes = 0
    var events = 0

    static func take(_ stage: Stage) async throws -> SoakSample {
        var sample = SoakSample()
        let database = stage.servers.database
        for name in Nodes.names {
            guard let pid = stage.nodes.pid(of: name) else { continue }
            sample.openFiles[name] = RunningProcess.openFiles(pid)
            sample.residentBytes[name] = RunningProcess.residentBytes(pid)
            sample.connections[name] = try await database.query(
                "SELECT count(*) AS n FROM pg_stat_activity WHERE application_name LIKE \(name + "%")"
            )[0]["n"]
        }
        let row = try await database.query(
            """
            SELECT sum(n_dead_tup)::bigint AS dead, sum(n_live_tup)::bigint AS live,
                   sum(pg_total_relation_size(relid))::bigint AS bytes,
                   (SELECT coalesce(max(age(backend_xmin)), 0)::bigint FROM pg_stat_activity
                    WHERE backend_xmin IS NOT NULL AND application_name LIKE 'node-%') AS age,
                   (SELECT count(*) FROM event) AS events
            FROM pg_stat_user_tables WHERE schemaname = 'public'
            """
        )[0]
        sample.deadTuples = try row["dead"]
        sample.liveTuples = try row["live"]
        sample.tableBytes = try row["bytes"]
        sample.oldestTransactionAge = try row["age"]
        sample.events = try row["events"]
        return sample
    }
}
