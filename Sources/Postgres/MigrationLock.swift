import Logging

/// Only one session at a time migrates a schema: an advisory lock of the session, named after the schema.
///
/// The lock is asked for again and again, never waited for in the server: a blocked statement holds a
/// snapshot, which deadlocks with CREATE INDEX CONCURRENTLY and holds back vacuum, and a frozen waiter would
/// be given the lock.
struct MigrationLock {
    /// Nil is the schema that the server puts new tables into.
    let schema: String?

    private static let polling = RetryBackoff(first: .milliseconds(20), longest: .milliseconds(250))

    func acquire(on connection: Connection, waitLimit: Duration, logger: Logger) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        var attempt = 0
        while try await !isTaken(on: connection) {
            attempt += 1
            if attempt == 1 { logger.info("waiting for another migration of this schema") }
            guard start.duration(to: clock.now) < waitLimit else {
                throw MigrationError.lockTimeout(
                    waited: waitLimit,
                    holder: try await holder(asking: connection)
                )
            }
            try await clock.sleep(for: Self.polling.delay(after: attempt))
        }
    }

    private func isTaken(on connection: Connection) async throws(PostgresError) -> Bool {
        let rows = try await connection.query(
            "SELECT pg_try_advisory_lock(hashtextextended(\(key), 0)) AS taken"
        )
        return try rows[0]["taken"]
    }

    /// Who has the lock, for the error that a person will read.
    private func holder(asking connection: Connection) async throws(PostgresError) -> String {
        let rows = try await connection.query(
            """
            SELECT l.pid, coalesce(a.application_name, '') AS name
            FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
            WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended(\(key), 0)
            """
        )
        guard let row = rows.first else { return "it has just ended" }
        let pid: Int = try row["pid"]
        let name: String = try row["name"]
        return "backend \(pid) '\(name)'"
    }

    private var key: String { "tidemark migration of schema \(schema ?? "")" }
}
