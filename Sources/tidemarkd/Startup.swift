import Cluster
import FleetStore
import Logging
import Postgres
import ServiceLifecycle
import Synchronization

/// Waits for the database, checks it, brings its schema up to date, and only then opens the gate for what
/// needs it. Until then the HTTP server answers that the node is not ready, and why.
struct Startup: Service {
    private static let retryPause = Duration.seconds(1)

    let connection: ConnectionConfiguration
    let node: String
    let secretKeys: SecretKeyRing?
    let status: NodeStatus
    let gate: Gate
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await prepare()
                    return
                } catch let error as PostgresError where error.isRetryable {
                    try await refuseForGood(error)
                    logger.error("waiting for the database", metadata: ["reason": "\(error)"])
                    status.databaseAnswered("\(error)")
                    try? await Task.sleep(for: Self.retryPause)
                }
            }
        }
        try? await gracefulShutdown()
    }

    private func prepare() async throws {
        try await check(connection)
        let migrator = try Schema.migrator()
        try await migrator.migrate(connection, by: node, logger: logger)
        try await AfterRestore.rebase(connection, by: node, logger: logger)
        try await checkSecretKeys()
        _ = status.drained(by: try await drainedBy())
        status.schema(migrator.version)
        status.databaseAnswered(nil)
        status.enter(.ready)
        gate.open()
        logger.notice("ready", metadata: ["node": "\(node)", "schema": "\(migrator.version)"])
    }

    /// A node that cannot open what steps need would fail them one by one.
    private func checkSecretKeys() async throws {
        let database = Database(connection, maxConnections: 1, logger: logger)
        do {
            try await Store(database: database, node: node).checkSecretKeys(secretKeys)
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    /// Before it is ready: a node that was drained stays so over its restart.
    private func drainedBy() async throws -> String? {
        let connection = try await Connection.open(connection, logger: logger)
        do {
            let rows = try await connection.query(NodeRows.drainedBy(node))
            await connection.close()
            return try rows.first?["drained_by"]
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Before anything is written through it: a pooler that shares sessions would spread the migration's lock
    /// over them.
    private func check(_ configuration: ConnectionConfiguration) async throws {
        let connection = try await Connection.open(configuration, logger: logger)
        do {
            let rows = try await connection.query(
                "SELECT pg_backend_pid() AS pid, pg_is_in_recovery() AS standby"
            )
            let pid: Int32 = try rows[0]["pid"]
            let isStandby: Bool = try rows[0]["standby"]
            await connection.close()
            guard pid == connection.backendPID else { throw StartCheckFailure.pooledConnection }
            guard !isStandby else { throw StartCheckFailure.standby }
        } catch {
            await connection.close()
            throw error
        }
    }

    /// What waiting does not cure: a standby refuses a session that wants to write, and PgBouncer one with
    /// options.
    private func refuseForGood(_ error: PostgresError) async throws {
        if error.message.contains("unsupported startup parameter") {
            throw StartCheckFailure.pooledConnection
        }
        var reading = connection
        reading[parameter: "target_session_attrs"] = "any"
        do {
            try await check(reading)
        } catch let failure as StartCheckFailure {
            throw failure
        } catch {
            return
        }
    }
}

/// Opened once; whoever waits goes on.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            state.isOpen = true
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Returns when it is open, or when the task is cancelled.
    func opened() async {
        let (stream, waiter) = AsyncStream.makeStream(of: Void.self)
        let isOpen = state.withLock { state in
            if !state.isOpen { state.waiters.append(waiter) }
            return state.isOpen
        }
        guard !isOpen else { return }
        for await _ in stream {}
    }
}

/// A service that begins when the gate opens; told to stop before that, it never begins.
struct Gated: Service {
    let gate: Gate
    let service: any Service

    func run() async throws {
        await cancelWhenGracefulShutdown { await gate.opened() }
        guard !Task.isShuttingDownGracefully, !Task.isCancelled else { return }
        try await service.run()
    }
}
