import Dispatch
import Postgres
import TestSupport
import Testing

@Suite(.freshSchema)
struct DatabaseTests {
    private func database(connections: Int, waiters: Int = 100, waitTimeout: Duration = .seconds(10)) throws
        -> Database
    {
        Database(
            try TestDatabase.current.configuration,
            maxConnections: connections,
            maxWaiters: waiters,
            waitTimeout: waitTimeout,
            logger: .quiet
        )
    }

    /// A transaction that stays open until `release`.
    private struct Holder {
        let held = Signal("the connection is held")
        private let end = DispatchSemaphore(value: 0)

        func hold(_ database: Database) async throws {
            try await database.transaction { _ in
                held.send()
                end.wait()
            }
        }

        func release() { end.signal() }
    }

    @Test func `There are never more sessions than the pool may open`() async throws {
        let database = try database(connections: 3)
        _ = try await database.query("CREATE TABLE used (pid int)")
        try await withThrowingTaskGroup { group in
            for _ in 0..<60 {
                group.addTask {
                    try await database.transaction { tx in
                        _ = try tx.run("INSERT INTO used SELECT pg_backend_pid()")
                    }
                }
            }
            try await group.waitForAll()
        }
        let row = try await database.query("SELECT count(*) AS n, count(DISTINCT pid) AS sessions FROM used")[
            0
        ]
        #expect(try row["n"] == 60)
        #expect((1...3).contains(try row.decode("sessions", as: Int.self)))
        #expect(database.statistics.inUse == 0)
        await database.close()
    }

    @Test func `Waiting for a connection ends at the time limit, and too many waiters are refused at once`()
        async throws
    {
        let database = try database(connections: 1, waiters: 1, waitTimeout: .milliseconds(500))
        let holder = Holder()
        try await withThrowingTaskGroup { group in
            group.addTask { try await holder.hold(database) }
            try await holder.held.wait()
            group.addTask {
                let late = await #expect(throws: PostgresError.self) {
                    _ = try await database.query("SELECT 1")
                }
                #expect(late?.kind == .poolTimeout)
                #expect(late?.isRetryable == true)
                holder.release()
            }
            try await eventually("somebody waits") { database.statistics.waiting == 1 }
            let surplus = await #expect(throws: PostgresError.self) {
                _ = try await database.query("SELECT 1")
            }
            #expect(surplus?.kind == .poolExhausted)
            try await group.waitForAll()
        }
        #expect(try await database.query("SELECT 1").count == 1)
        await database.close()
    }

    @Test func `A waiter whose task is cancelled leaves the queue`() async throws {
        let database = try database(connections: 1)
        let holder = Holder()
        try await withThrowingTaskGroup { group in
            group.addTask { try await holder.hold(database) }
            try await holder.held.wait()
            let error = await #expect(throws: PostgresError.self) {
                try await withThrowingTaskGroup { waiters in
                    waiters.addTask { _ = try await database.query("SELECT 1") }
                    try await eventually("somebody waits") { database.statistics.waiting == 1 }
                    waiters.cancelAll()
                    try await waiters.waitForAll()
                }
            }
            #expect(error?.kind == .cancelled)
            #expect(database.statistics.waiting == 0)
            holder.release()
            try await group.waitForAll()
        }
        #expect(try await database.query("SELECT 1").count == 1)
        await database.close()
    }

    @Test func `When the server dropped every session, nobody notices`() async throws {
        let database = try database(connections: 4)
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 { group.addTask { _ = try await database.query("SELECT pg_sleep(0.2)") } }
            try await group.waitForAll()
        }
        #expect(database.statistics.idle == 4)
        try await terminateSessions()
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { _ = try await database.query("SELECT 1") }
                group.addTask { try await database.transaction { tx in _ = try tx.run("SELECT 1") } }
            }
            try await group.waitForAll()
        }
        #expect((1...4).contains(database.statistics.idle))
        await database.close()
    }

    /// The cooperative pool has as many threads as the machine has cores; a call of libpq on it would stop
    /// everything.
    @Test func `Sessions that are busy block nobody else`() async throws {
        let database = try database(connections: 32)
        let start = ContinuousClock().now
        try await withThrowingTaskGroup { group in
            for _ in 0..<32 {
                group.addTask {
                    try await database.transaction { tx in _ = try tx.run("SELECT pg_sleep(1)") }
                }
            }
            try await group.waitForAll()
        }
        #expect(start.duration(to: ContinuousClock().now) < .seconds(5))
        await database.close()
    }

    @Test func `A session that was left inside a transaction is not lent again`() async throws {
        let database = try database(connections: 1)
        let first: Int = try await database.query("SELECT pg_backend_pid() AS pid")[0]["pid"]
        _ = try await database.query("BEGIN")
        let second: Int = try await database.query("SELECT pg_backend_pid() AS pid")[0]["pid"]
        #expect(first != second)
        await database.close()
    }

    @Test func `Transactions that lose against each other are repeated until they win`() async throws {
        let database = try database(connections: 4)
        _ = try await database.query("CREATE TABLE counter AS SELECT 0 AS n")
        let runs = Collected<Int>()
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask {
                    try await database.transaction { tx in
                        runs.append(1)
                        try tx.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                        let n: Int = try tx.run("SELECT n FROM counter")[0]["n"]
                        try tx.run("SELECT pg_sleep(0.05)")
                        try tx.run("UPDATE counter SET n = \(n + 1)")
                    }
                }
            }
            try await group.waitForAll()
        }
        let total: Int = try await database.query("SELECT n FROM counter")[0]["n"]
        #expect(total == 4)
        #expect(runs.values.count > 4, "they should have met")
        await database.close()
    }

    @Test func `A closed database refuses, and closes what is still in use when that ends`() async throws {
        let database = try database(connections: 2)
        let holder = Holder()
        try await withThrowingTaskGroup { group in
            group.addTask { try await holder.hold(database) }
            try await holder.held.wait()
            await database.close()
            let error = await #expect(throws: PostgresError.self) { _ = try await database.query("SELECT 1") }
            #expect(error?.kind == .poolClosed)
            holder.release()
            try await group.waitForAll()
        }
        #expect(database.statistics.open == 0)
    }

    @Test func `A database that is not there is an error that says so`() async throws {
        var configuration = try TestDatabase.current.configuration
        configuration[parameter: "port"] = "1"
        let database = Database(configuration, logger: .quiet)
        let error = await #expect(throws: PostgresError.self) { _ = try await database.query("SELECT 1") }
        #expect(error?.kind == .connectionFailed)
        #expect(error?.isRetryable == true)
        #expect(error?.message.contains("port 1 failed") == true)
        #expect(database.statistics.open == 0)
    }

    @Test func `Of several hosts, the first that answers serves`() async throws {
        var configuration = try TestDatabase.current.configuration
        let host = try #require(configuration[parameter: "host"])
        let port = try #require(configuration[parameter: "port"])
        configuration[parameter: "host"] = "\(host),\(host)"
        configuration[parameter: "port"] = "1,\(port)"
        let database = Database(configuration, logger: .quiet)
        #expect(try await database.query("SELECT 1").count == 1)
        await database.close()
    }

    /// Ends every session of this test, and returns when the server has none any more.
    private func terminateSessions() async throws {
        let name = try TestDatabase.current.name
        var configuration = try TestDatabase.current.configuration
        configuration.applicationName = "\(name) admin"
        let admin = try await Connection.open(configuration, logger: .quiet)
        _ = try await admin.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = \(name)"
        )
        try await eventually("the sessions ended") {
            try await admin.query("SELECT 1 FROM pg_stat_activity WHERE application_name = \(name)").isEmpty
        }
        await admin.close()
    }
}
