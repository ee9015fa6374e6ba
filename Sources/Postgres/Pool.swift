import Logging
import Synchronization

/// Lends connections: at most so many at once, to at most so many waiting callers, within a time limit.
///
/// The shell round `PoolState`: take the lock, ask the state, leave the lock, do what it said. Whoever asks
/// for a connection does the work that this causes, in his own task; nothing runs in the background.
final class Pool: Sendable {
    fileprivate struct Contents {
        var state: PoolState
        var connections: [PoolState.ConnectionID: Connection] = [:]
        var lastWaiter = 0
        var signals: [PoolState.WaiterID: AsyncStream<Void>.Continuation] = [:]
        /// What waiters were given while they slept.
        var grants: [PoolState.WaiterID: PoolState.Answer] = [:]
    }

    private let contents: Mutex<Contents>
    private let configuration: ConnectionConfiguration
    private let waitTimeout: Duration
    private let logger: Logger
    private let clock = ContinuousClock()

    init(_ configuration: ConnectionConfiguration, state: PoolState, waitTimeout: Duration, logger: Logger) {
        self.configuration = configuration
        self.waitTimeout = waitTimeout
        self.logger = logger
        contents = Mutex(Contents(state: state))
    }

    var statistics: PoolStatistics { contents.withLock { $0.state.statistics } }

    /// Lends a connection for the time of `body`.
    func withConnection<Value: Sendable>(_ body: (Connection) async throws -> Value) async throws -> Value {
        let (id, connection) = try await lease()
        do {
            let value = try await body(connection)
            await giveBack(id, connection)
            return value
        } catch {
            if (error as? PostgresError)?.kind == .connectionStale {
                await closeAll(contents.withLock { $0.take($0.state.distrustIdle()) })
            }
            await giveBack(id, connection)
            throw error
        }
    }

    /// Refuses everybody from now on and closes what is idle; what is lent is closed when it comes back.
    func close() async {
        await closeAll(
            contents.withLock { contents in
                let (connections, waiters) = contents.state.close()
                for waiter in waiters { contents.grant(.refuse(.poolClosed), to: waiter) }
                return contents.take(connections)
            }
        )
    }

    private func lease() async throws(PostgresError) -> (PoolState.ConnectionID, Connection) {
        let (expired, waiter, answer, signal) = contents.withLock { contents in
            let expired = contents.take(contents.state.expire(at: clock.now))
            contents.lastWaiter += 1
            let waiter = contents.lastWaiter
            let answer = contents.state.request(by: waiter)
            return (expired, waiter, answer, answer == .wait ? contents.makeSignal(for: waiter) : nil)
        }
        await closeAll(expired)
        guard let signal else { return try await take(answer) }
        await wait(for: signal)
        return try await take(contents.withLock { $0.wakeUp(waiter) })
    }

    /// Until the signal, the end of the time limit or the cancellation of the task, whichever is first.
    private func wait(for signal: AsyncStream<Void>) async {
        await withTaskGroup { group in
            group.addTask { for await _ in signal { break } }
            group.addTask { [clock, waitTimeout] in try? await clock.sleep(for: waitTimeout) }
            await group.next()
            group.cancelAll()
        }
    }

    private func take(_ answer: PoolState.Answer) async throws(PostgresError) -> (
        PoolState.ConnectionID, Connection
    ) {
        switch answer {
        case .lease(let id):
            guard let connection = contents.withLock({ $0.connections[id] }) else {
                throw PostgresError(.poolClosed, "the connection pool was closed")
            }
            return (id, connection)
        case .open(let id):
            do throws(PostgresError) {
                let connection = try await Connection.open(configuration, logger: logger)
                contents.withLock { $0.connections[id] = connection }
                return (id, connection)
            } catch {
                _ = contents.withLock { $0.end(id, isUsable: false, at: clock.now) }
                throw error
            }
        case .wait:
            if Task.isCancelled { throw .cancelled() }
            throw PostgresError(
                .poolTimeout,
                "no connection became free within \(waitTimeout): \(statistics.summary)"
            )
        case .refuse(.poolExhausted):
            throw PostgresError(
                .poolExhausted,
                "too many wait for a connection already: \(statistics.summary)"
            )
        case .refuse(let kind):
            throw PostgresError(kind, "the connection pool was closed")
        }
    }

    private func giveBack(_ id: PoolState.ConnectionID, _ connection: Connection) async {
        let mustClose = contents.withLock { $0.end(id, isUsable: connection.isUsable, at: clock.now) }
        if mustClose { await connection.close() }
    }

    private func closeAll(_ connections: [Connection]) async {
        for connection in connections { await connection.close() }
    }
}

extension Pool.Contents {
    fileprivate mutating func makeSignal(for waiter: PoolState.WaiterID) -> AsyncStream<Void> {
        let (signal, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        signals[waiter] = continuation
        return signal
    }

    /// Whoever waits finds the answer when it wakes up, even if it gave up at this very moment.
    fileprivate mutating func grant(_ answer: PoolState.Answer, to waiter: PoolState.WaiterID) {
        grants[waiter] = answer
        signals[waiter]?.finish()
    }

    /// What a waiter that stopped waiting was given; `.wait` if nothing, and then it waits no longer.
    fileprivate mutating func wakeUp(_ waiter: PoolState.WaiterID) -> PoolState.Answer {
        signals[waiter] = nil
        if let answer = grants.removeValue(forKey: waiter) { return answer }
        _ = state.abandon(waiter)
        return .wait
    }

    /// The end of a lease; true if the connection is to be closed.
    fileprivate mutating func end(
        _ id: PoolState.ConnectionID,
        isUsable: Bool,
        at now: ContinuousClock.Instant
    ) -> Bool {
        switch state.release(id, isUsable: isUsable, at: now) {
        case .keep:
            return false
        case .hand(let waiter):
            grant(.lease(id), to: waiter)
            return false
        case .close:
            connections[id] = nil
            return true
        case .replace(let newID, let waiter):
            connections[id] = nil
            grant(.open(newID), to: waiter)
            return true
        }
    }

    fileprivate mutating func take(_ ids: [PoolState.ConnectionID]) -> [Connection] {
        ids.compactMap { connections.removeValue(forKey: $0) }
    }
}

extension PoolStatistics {
    fileprivate var summary: String { "\(inUse) of \(maxConnections) in use, \(waiting) waiting" }
}
