import Postgres
import Proof

/// PgQ, the queue whose rule of snapshots Tidemark's mark follows, as Debian packages it: an extension, and pgqd, which
/// ticks.
struct PgQ: Sendable {
    static let queue = "bench"
    static let consumer = "bench"

    let stage: Stage
    let postgres: PrivatePostgres

    /// nil: it is not installed.
    static func install(
        _ stage: Stage,
        _ postgres: PrivatePostgres,
        _ database: Database
    ) async throws -> PgQ? {
        let there = try await database.query("SELECT 1 FROM pg_available_extensions WHERE name = 'pgq'")
        guard !there.isEmpty, Tool.path("pgqd") != nil else { return nil }
        _ = try await database.query("CREATE EXTENSION IF NOT EXISTS pgq")
        _ = try await database.query("SELECT pgq.create_queue(\(queue))")
        _ = try await database.query("SELECT pgq.register_consumer(\(queue), \(consumer))")
        return PgQ(stage: stage, postgres: postgres)
    }

    /// pgqd: a tick is due once there are events and `seconds` have passed.
    func startTicking(everySeconds seconds: String, _ database: Database) async throws -> ChildProcess {
        _ = try await database.query(
            "SELECT pgq.set_queue_config(\(Self.queue), 'ticker_max_lag', \("\(seconds) seconds"))"
        )
        let file = try stage.write(
            """
            [pgqd]
            base_connstr = host=127.0.0.1 port=\(postgres.port) user=tidemark
            initial_database = tidemark
            database_list = tidemark
            ticker_period = \(seconds)
            check_period = 1
            syslog = 0
            """,
            to: "pgqd.ini"
        )
        guard let pgqd = Tool.path("pgqd") else { throw ProofError("pgqd is not installed") }
        return try ChildProcess(pgqd, [file], log: "\(stage.folder)/pgqd.log")
    }

    /// The consumer's next batch, finished in the same transaction that notes what came in it; false: there is none yet.
    static func consume(_ database: Database) async throws -> Bool {
        try await database.transaction { tx in
            let batch: Int64? = try tx.run("SELECT pgq.next_batch(\(queue), \(consumer)) AS batch")[0][
                "batch"
            ]
            guard let batch else { return false }
            try tx.run(
                """
                INSERT INTO bench_consumed (event_id, event_xid)
                SELECT ev_id, ev_txid FROM pgq.get_batch_events(\(batch))
                """
            )
            try tx.run("SELECT pgq.finish_batch(\(batch))")
            return true
        }
    }
}
