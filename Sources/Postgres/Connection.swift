package import Logging
import Synchronization

/// One session of PostgreSQL. Its calls to libpq block, on a queue of its own.
///
/// A transaction's closure is synchronous: nothing can be awaited in it, so no other work enters the session
/// half way and no transaction stays open while a task waits for something else.
package actor Connection {
    /// The server process of this session as libpq saw it at the start; behind a pooler not the one that
    /// serves it.
    package nonisolated let backendPID: Int32

    private let executor: QueueExecutor
    private let canceller: Canceller
    private var handle: Handle?
    private var turn: UInt64 = 0
    private nonisolated let usable = Atomic(true)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Connects. Takes up to `connect_timeout` for each host; a cancelled task waits for the end of that.
    package static func open(
        _ configuration: ConnectionConfiguration,
        logger: Logger
    ) async throws(PostgresError) -> Connection {
        let executor = QueueExecutor(label: "postgres.connection")
        let handle = try await Opener(executor).open(configuration, logger: logger)
        return Connection(handle, canceller: try handle.makeCanceller(), executor: executor)
    }

    private init(_ handle: Handle, canceller: Canceller, executor: QueueExecutor) {
        self.handle = handle
        self.canceller = canceller
        self.executor = executor
        backendPID = handle.backendPID
    }

    /// Whether the next transaction may use this session, as far as is known without asking the server.
    package nonisolated var isUsable: Bool { usable.load(ordering: .acquiring) }

    /// BEGIN, `body`, COMMIT; ROLLBACK when `body` throws. BEGIN travels with the first statement of `body`, and COMMIT with
    /// those whose answers it does not wait for.
    ///
    /// Cancelling the task interrupts `body` only: what ends the transaction always runs to its end. Throws
    /// `.connectionStale` if nothing was done because the connection had broken before, `.commitUnknown` if
    /// it broke during COMMIT, and `.transactionAborted` if `body` returned although a statement in it had
    /// failed.
    package func transaction<Value: Sendable>(
        _ body: @Sendable (borrowing Transaction) throws -> Value
    ) async throws -> Value {
        try await interruptible { handle, turn in
            handle.begin()
            let value: Value
            do {
                value = try canceller.during(turn: turn) {
                    if Task.isCancelled { throw PostgresError.cancelled() }
                    // Named, because the optimizer of Swift 6.3 crashes on a temporary here.
                    let transaction = Transaction(on: handle)
                    return try body(transaction)
                }
            } catch {
                // The error of the body is the news.
                handle.rollBack()
                throw error
            }
            try handle.commit()
            return value
        }
    }

    /// Runs one statement by itself; it is committed when this returns.
    ///
    /// If the connection breaks meanwhile nobody knows whether it took effect, so that is `.commitUnknown`.
    package func query(_ sql: SQL) async throws(PostgresError) -> Rows {
        do {
            return try await interruptible { handle, turn in
                try canceller.during(turn: turn) {
                    if Task.isCancelled { throw PostgresError.cancelled(before: sql.description) }
                    return try handle.execute(sql)
                }
            }
        } catch let error as PostgresError {
            throw error.kind == .connectionLost ? error.with(kind: .commitUnknown) : error
        } catch {
            throw PostgresError(.unexpectedResult, "\(error)", sql: sql.description)
        }
    }

    /// Ends the session. Whatever is asked of it afterwards throws `.connectionStale`.
    package func close() {
        usable.store(false, ordering: .releasing)
        handle = nil
    }

    /// Runs `work` as a turn that cancellation of the task may interrupt, and notes what state it left
    /// behind.
    private func interruptible<Value: Sendable>(
        _ work: (Handle, _ turn: UInt64) throws -> Value
    ) async throws -> Value {
        guard let handle else { throw PostgresError(.connectionStale, "the connection was closed") }
        guard handle.isStillConnected else {
            usable.store(false, ordering: .releasing)
            throw PostgresError(
                .connectionStale,
                "the connection broke while it was idle: \(handle.errorMessage)"
            )
        }
        turn += 1
        let turn = turn
        defer { usable.store(handle.isUsable, ordering: .releasing) }
        return try await withTaskCancellationHandler {
            try self.run(work, on: handle, turn: turn)
        } onCancel: {
            canceller.cancel(turn: turn)
        }
    }

    /// A method of the actor, because the closure above runs on this actor's queue only if it uses the actor.
    private func run<Value: Sendable>(
        _ work: (Handle, _ turn: UInt64) throws -> Value,
        on handle: Handle,
        turn: UInt64
    ) throws -> Value {
        preconditionIsolated("libpq must block only the queue of its connection")
        return try work(handle, turn)
    }
}

/// Connecting blocks too, so it happens on the queue of the connection-to-be.
private actor Opener {
    private let executor: QueueExecutor

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: QueueExecutor) {
        self.executor = executor
    }

    func open(_ configuration: ConnectionConfiguration, logger: Logger) throws(PostgresError) -> Handle {
        try Handle(connectingTo: configuration, logger: logger)
    }
}
