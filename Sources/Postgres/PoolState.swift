/// The arithmetic of a connection pool: who gets which connection. Connections and waiters are numbers here.
///
/// Each method says what happened and answers what the shell has to do; nothing in here waits, connects or
/// looks at a clock. A connection is counted from the moment somebody is told to open it.
struct PoolState {
    typealias ConnectionID = Int
    typealias WaiterID = Int

    enum Answer: Equatable {
        /// Use this one.
        case lease(ConnectionID)
        /// Open one under this number and use it.
        case open(ConnectionID)
        /// Wait; a later `Release` names this waiter.
        case wait
        case refuse(PostgresError.Kind)
    }

    enum Release: Equatable {
        /// It is idle now.
        case keep
        /// Close it, if it was ever open.
        case close
        /// It belongs to this waiter now.
        case hand(to: WaiterID)
        /// Close it; this waiter is to open another under the new number.
        case replace(with: ConnectionID, for: WaiterID)
    }

    let maxConnections: Int
    let maxWaiters: Int
    /// An idle connection older than this is not trusted to have survived what stands between it and the
    /// server.
    let maxIdleAge: Duration

    /// The one used last stands last and is used first, so that a quiet pool shrinks.
    private(set) var idle: [(id: ConnectionID, since: ContinuousClock.Instant)] = []
    private(set) var leased: Set<ConnectionID> = []
    /// First come, first served.
    private(set) var waiting: [WaiterID] = []
    private(set) var isClosed = false
    private var opened = 0

    init(maxConnections: Int, maxWaiters: Int, maxIdleAge: Duration) {
        self.maxConnections = maxConnections
        self.maxWaiters = maxWaiters
        self.maxIdleAge = maxIdleAge
    }

    /// Somebody wants a connection.
    mutating func request(by waiter: WaiterID) -> Answer {
        if isClosed { return .refuse(.poolClosed) }
        if let (id, _) = idle.popLast() {
            leased.insert(id)
            return .lease(id)
        }
        if leased.count < maxConnections { return .open(leaseNew()) }
        guard waiting.count < maxWaiters else { return .refuse(.poolExhausted) }
        waiting.append(waiter)
        return .wait
    }

    /// A lease ended, or an opening failed; `isUsable` says whether the connection can serve somebody else.
    mutating func release(_ id: ConnectionID, isUsable: Bool, at now: ContinuousClock.Instant) -> Release {
        leased.remove(id)
        guard !isClosed else { return .close }
        guard isUsable else {
            guard let waiter = nextWaiter() else { return .close }
            return .replace(with: leaseNew(), for: waiter)
        }
        guard let waiter = nextWaiter() else {
            idle.append((id, now))
            return .keep
        }
        leased.insert(id)
        return .hand(to: waiter)
    }

    /// A waiter gave up. False if it was served meanwhile, and then it has to take or return what it was
    /// given.
    mutating func abandon(_ waiter: WaiterID) -> Bool {
        guard let position = waiting.firstIndex(of: waiter) else { return false }
        waiting.remove(at: position)
        return true
    }

    /// The idle connections that have become too old: close them.
    mutating func expire(at now: ContinuousClock.Instant) -> [ConnectionID] {
        let young = idle.filter { $0.since.duration(to: now) <= maxIdleAge }
        let old = idle.filter { $0.since.duration(to: now) > maxIdleAge }
        idle = young
        return old.map(\.id)
    }

    /// The server turned out to have dropped an idle connection, so it has probably dropped all: close them.
    mutating func distrustIdle() -> [ConnectionID] {
        defer { idle = [] }
        return idle.map(\.id)
    }

    /// No more leases. Close these connections and refuse these waiters; what is leased is closed on its
    /// return.
    mutating func close() -> (connections: [ConnectionID], waiters: [WaiterID]) {
        isClosed = true
        let waiters = waiting
        waiting = []
        return (distrustIdle(), waiters)
    }

    private mutating func nextWaiter() -> WaiterID? {
        waiting.isEmpty ? nil : waiting.removeFirst()
    }

    private mutating func leaseNew() -> ConnectionID {
        opened += 1
        leased.insert(opened)
        return opened
    }
}

extension PoolState {
    var statistics: PoolStatistics {
        PoolStatistics(
            idle: idle.count,
            inUse: leased.count,
            waiting: waiting.count,
            maxConnections: maxConnections
        )
    }
}

/// How busy a pool is, for metrics.
package struct PoolStatistics: Sendable, Equatable {
    package let idle: Int
    /// Leased, or being opened for somebody.
    package let inUse: Int
    /// Callers that wait for a connection.
    package let waiting: Int
    package let maxConnections: Int

    package var open: Int { idle + inUse }
}
