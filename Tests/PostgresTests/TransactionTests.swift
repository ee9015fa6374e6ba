import Dispatch
import Postgres
import TestSupport
import Testing

@Suite(.freshSchema)
struct TransactionTests {
    private struct Refusal: Error {}

    private func withConnection(_ body: (Connection) async throws -> Void) async throws {
        let connection = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        do {
            _ = try await connection.query("CREATE TABLE number (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            try await body(connection)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    private func numbers() async throws -> [Int] {
        try await TestDatabase.current.database.query("SELECT n FROM number ORDER BY n").map { try $0["n"] }
    }

    @Test func `What the closure did is committed`() async throws {
        try await withConnection { connection in
            let count = try await connection.transaction { tx in
                try tx.run("INSERT INTO number VALUES (1)")
                return try tx.run("INSERT INTO number VALUES (2), (3)").affected
            }
            #expect(count == 2)
            #expect(try await numbers() == [1, 2, 3])
        }
    }

    @Test func `An error of the closure rolls back, is passed on, and leaves the connection usable`()
        async throws
    {
        try await withConnection { connection in
            await #expect(throws: Refusal.self) {
                try await connection.transaction { tx in
                    try tx.run("INSERT INTO number VALUES (1)")
                    throw Refusal()
                }
            }
            #expect(connection.isUsable)
            let left = try await numbers()
            #expect(left == [])
        }
    }

    @Test func `A failure that the closure swallowed does not pass for a commit`() async throws {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { tx in
                    try tx.run("INSERT INTO number VALUES (1)")
                    _ = try? tx.run("SELECT 1 / 0")
                }
            }
            #expect(error?.kind == .transactionAborted)
            #expect(connection.isUsable)
            let left = try await numbers()
            #expect(left == [])
        }
    }

    @Test func `A constraint that fails at COMMIT is the server's refusal`() async throws {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { tx in _ = try tx.run("INSERT INTO number VALUES (1), (1)")
                }
            }
            #expect(error?.kind == .server)
            #expect(error?.sqlState == "23505")
            #expect(connection.isUsable)
        }
    }

    @Test func `A connection that breaks during COMMIT leaves the outcome unknown`() async throws {
        try await withConnection { connection in
            _ = try await connection.transaction { tx in
                try tx.run(
                    """
                    CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        PERFORM pg_terminate_backend(pg_backend_pid());
                        PERFORM pg_sleep(5);
                        RETURN NULL;
                    END $$
                    """
                )
                try tx.run(
                    """
                    CREATE CONSTRAINT TRIGGER break AFTER INSERT ON number DEFERRABLE INITIALLY DEFERRED
                    FOR EACH ROW EXECUTE FUNCTION break()
                    """
                )
            }
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { tx in _ = try tx.run("INSERT INTO number VALUES (1)") }
            }
            #expect(error?.kind == .commitUnknown)
            #expect(error?.isRetryable == false)
            #expect(!connection.isUsable)
        }
    }

    @Test func `A connection that breaks in the closure is lost, and known to have committed nothing`()
        async throws
    {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { tx in
                    try tx.run("INSERT INTO number VALUES (1)")
                    try tx.run("SELECT pg_terminate_backend(pg_backend_pid())")
                }
            }
            #expect(error?.kind == .connectionLost)
            #expect(error?.message.contains("terminating connection due to administrator command") == true)
            #expect(error?.isRetryable == true)
            #expect(!connection.isUsable)
            let next = await #expect(throws: PostgresError.self) { try await connection.transaction { _ in } }
            #expect(next?.kind == .connectionStale)
        }
    }

    @Test func `A closure that ends the transaction itself is told so`() async throws {
        try await withConnection { connection in
            let error = await #expect(throws: PostgresError.self) {
                try await connection.transaction { tx in _ = try tx.run("COMMIT") }
            }
            #expect(error?.kind == .unexpectedResult)
        }
    }

    @Test func `libpq and the server agree on the backend`() async throws {
        try await withConnection { connection in
            let pid: Int32 = try await connection.query("SELECT pg_backend_pid() AS pid")[0]["pid"]
            #expect(pid == connection.backendPID)
        }
    }
}

@Suite(.freshSchema)
struct CancellationTests {
    @Test func `Cancelling the task interrupts a long statement at once`() async throws {
        let connection = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        let started = Signal("the transaction started")
        let start = ContinuousClock().now
        let error = await #expect(throws: PostgresError.self) {
            try await withThrowingTaskGroup { group in
                group.addTask {
                    try await connection.transaction { tx in
                        started.send()
                        try tx.run("SELECT pg_sleep(20)")
                    }
                }
                try await started.wait()
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(error?.kind == .cancelled)
        #expect(start.duration(to: ContinuousClock().now) < .seconds(5))
        #expect(connection.isUsable)
        await connection.close()
    }

    @Test func `A cancelled task sends nothing`() async throws {
        let connection = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        let error = await #expect(throws: PostgresError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask { _ = try await connection.query("CREATE TABLE never (id int)") }
                try await group.waitForAll()
            }
        }
        #expect(error?.kind == .cancelled)
        let rows = try await connection.query("SELECT to_regclass('never') IS NULL AS absent")
        #expect(try rows[0]["absent"] == true)
        await connection.close()
    }

    /// The statement lasts about as long as the request to cancel it travels, so that over the rounds the
    /// request arrives before, at and after its end. The next transaction must never notice.
    @Test func `A late cancellation never hits the next transaction`() async throws {
        let connection = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        var interrupted = 0
        for round in 0..<400 {
            let started = Signal("the statement started")
            let seconds = Double(round % 20) * 0.000_2
            let outcome = await withTaskGroup(of: PostgresError.Kind?.self) { group in
                group.addTask {
                    do {
                        try await connection.transaction { tx in
                            started.send()
                            try tx.run("SELECT pg_sleep(\(seconds)::float8)")
                        }
                        return nil
                    } catch {
                        return (error as? PostgresError)?.kind ?? .unexpectedResult
                    }
                }
                _ = try? await started.wait()
                group.cancelAll()
                return await group.next() ?? .unexpectedResult
            }
            #expect(outcome == nil || outcome == .cancelled)
            if outcome == .cancelled { interrupted += 1 }
            try await connection.transaction { tx in _ = try tx.run("SELECT pg_sleep(0.003)") }
        }
        #expect(interrupted > 20 && interrupted < 400, "the rounds should cover both outcomes")
        await connection.close()
    }
}
