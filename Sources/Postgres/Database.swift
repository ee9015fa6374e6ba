package import Logging

/// PostgreSQL as the rest of the program sees it: transactions on whichever connection is free.
package final class Database: Sendable {
    package let configuration: ConnectionConfiguration
    private let pool: Pool
    private let logger: Logger

    /// Of a transaction that keeps losing against others; the same limit for one that meets dead connections.
    private static let maxAttempts = 5
    private static let backoff = RetryBackoff(first: .milliseconds(10), longest: .milliseconds(500))

    /// Connects to nothing yet; connections are opened when they are needed.
    package init(
        _ configuration: ConnectionConfiguration,
        maxConnections: Int = 8,
        maxWaiters: Int = 1000,
        waitTimeout: Duration = .seconds(5),
        maxIdleAge: Duration = .seconds(300),
        logger: Logger
    ) {
        self.configuration = configuration
        self.logger = logger
        pool = Pool(
            configuration,
            state: PoolState(maxConnections: maxConnections, maxWaiters: maxWaiters, maxIdleAge: maxIdleAge),
            waitTimeout: waitTimeout,
            logger: logger
        )
    }

    /// Runs `body` in one transaction; see `Connection.transaction` for how it ends.
    ///
    /// `body` runs again if the transaction lost against another one (SQLSTATE 40001, 40P01), so it must have
    /// no effect but on the database.
    package func transaction<Value: Sendable>(
        _ body: @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        try await retrying { connection in try await connection.transaction(body) }
    }

    /// Runs one statement by itself.
    package func query(_ sql: SQL) async throws -> Rows {
        try await retrying { connection in try await connection.query(sql) }
    }

    /// Refuses new work and closes the idle connections. Those in use are closed when their work ends.
    package func close() async {
        await pool.close()
    }

    package var statistics: PoolStatistics { pool.statistics }

    private func retrying<Value: Sendable>(
        _ work: (Connection) async throws -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            do {
                return try await pool.withConnection(work)
            } catch let error as PostgresError where attempt < Self.maxAttempts && error.isWorthRepeating {
                logger.debug(
                    "database transaction is repeated",
                    metadata: ["attempt": "\(attempt)", "reason": "\(error)"]
                )
                if error.kind != .connectionStale { try await pause(after: attempt) }
                attempt += 1
            }
        }
    }

    private func pause(after attempt: Int) async throws(PostgresError) {
        do {
            try await ContinuousClock().sleep(for: Self.backoff.delay(after: attempt))
        } catch {
            throw .cancelled()
        }
    }
}

extension PostgresError {
    /// Nothing was done, and there is a reason to expect better of the next attempt.
    fileprivate var isWorthRepeating: Bool { kind == .connectionStale || isSerializationFailure }
}
