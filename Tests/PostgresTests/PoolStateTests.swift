import Testing

@testable import Postgres

struct PoolStateTests {
    private let now = ContinuousClock().now

    private func state(maxConnections: Int = 2, maxWaiters: Int = 2) -> PoolState {
        PoolState(maxConnections: maxConnections, maxWaiters: maxWaiters, maxIdleAge: .seconds(60))
    }

    @Test func `It opens up to its bound, then lets callers wait up to theirs, then refuses`() {
        var state = state()
        #expect(
            (1...5).map { state.request(by: $0) } == [
                .open(1), .open(2), .wait, .wait, .refuse(.poolExhausted),
            ]
        )
        #expect(state.statistics == PoolStatistics(idle: 0, inUse: 2, waiting: 2, maxConnections: 2))
    }

    @Test func `A connection that comes back goes to who waited longest, then to the idle ones`() {
        var state = state(maxConnections: 1)
        _ = (1...3).map { state.request(by: $0) }
        #expect(state.release(1, isUsable: true, at: now) == .hand(to: 2))
        #expect(state.release(1, isUsable: true, at: now) == .hand(to: 3))
        #expect(state.release(1, isUsable: true, at: now) == .keep)
        #expect(state.request(by: 4) == .lease(1))
    }

    @Test func `Nobody overtakes those who wait`() {
        var state = state(maxConnections: 1)
        _ = (1...2).map { state.request(by: $0) }
        #expect(state.release(1, isUsable: true, at: now) == .hand(to: 2))
        #expect(state.request(by: 3) == .wait)
    }

    @Test func `A broken connection is closed, and a waiter opens the next one in its place`() {
        var state = state(maxConnections: 1)
        _ = (1...2).map { state.request(by: $0) }
        #expect(state.release(1, isUsable: false, at: now) == .replace(with: 2, for: 2))
        #expect(state.release(2, isUsable: false, at: now) == .close)
        #expect(state.request(by: 3) == .open(3))
    }

    @Test func `Who gave up is not served`() {
        var state = state(maxConnections: 1)
        _ = (1...3).map { state.request(by: $0) }
        let gaveUp = state.abandon(2)
        #expect(gaveUp)
        #expect(state.release(1, isUsable: true, at: now) == .hand(to: 3))
        let gaveUpTooLate = state.abandon(3)
        #expect(!gaveUpTooLate)
    }

    @Test func `Only what was idle for too long expires`() {
        var state = state()
        _ = (1...2).map { state.request(by: $0) }
        #expect(state.release(1, isUsable: true, at: now) == .keep)
        #expect(state.release(2, isUsable: true, at: now + .seconds(30)) == .keep)
        #expect(state.expire(at: now + .seconds(60)) == [])
        #expect(state.expire(at: now + .seconds(61)) == [1])
        #expect(state.request(by: 3) == .lease(2))
    }

    @Test func `A server that dropped one idle connection is not trusted with the others`() {
        var state = state(maxConnections: 3)
        _ = (1...3).map { state.request(by: $0) }
        _ = (1...2).map { state.release($0, isUsable: true, at: now) }
        #expect(state.distrustIdle() == [1, 2])
        #expect(state.release(3, isUsable: false, at: now) == .close)
        #expect(state.statistics.open == 0)
    }

    @Test func `After closing, idle ones are closed, waiters are refused, and what comes back is closed`() {
        var state = state(maxConnections: 2)
        _ = (1...3).map { state.request(by: $0) }
        #expect(state.release(1, isUsable: true, at: now) == .hand(to: 3))
        #expect(state.release(2, isUsable: true, at: now) == .keep)
        _ = state.request(by: 4)
        _ = state.request(by: 5)
        let (connections, waiters) = state.close()
        #expect(connections == [])
        #expect(waiters == [5])
        #expect(state.release(1, isUsable: true, at: now) == .close)
        #expect(state.request(by: 6) == .refuse(.poolClosed))
    }

    /// Whatever happens in whatever order, no bound is exceeded and no connection has two users.
    @Test(arguments: 0..<50)
    func `Its bounds hold under random use`(seed: Int) {
        var random = SplitMix(state: UInt64(seed))
        var state = state(maxConnections: 3, maxWaiters: 4)
        var held: [PoolState.ConnectionID] = []
        var waiters: Set<PoolState.WaiterID> = []
        func receive(_ id: PoolState.ConnectionID) {
            #expect(!held.contains(id), "connection \(id) has two users")
            held.append(id)
        }
        for step in 1...400 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                switch state.request(by: step) {
                case .lease(let id), .open(let id): receive(id)
                case .wait: waiters.insert(step)
                case .refuse: #expect(held.count == 3 && waiters.count == 4)
                }
            case 2, 3:
                guard !held.isEmpty else { continue }
                let id = held.remove(at: Int.random(in: 0..<held.count, using: &random))
                switch state.release(id, isUsable: Bool.random(using: &random), at: now) {
                case .keep, .close: #expect(waiters.isEmpty)
                case .hand(let waiter):
                    #expect(waiters.remove(waiter) != nil)
                    receive(id)
                case .replace(let newID, let waiter):
                    #expect(waiters.remove(waiter) != nil)
                    receive(newID)
                }
            default:
                guard let waiter = waiters.randomElement(using: &random) else { continue }
                let gaveUp = state.abandon(waiter)
                #expect(gaveUp)
                waiters.remove(waiter)
            }
            let statistics = state.statistics
            #expect(
                statistics.inUse == held.count && statistics.waiting == waiters.count && statistics.open <= 3
            )
        }
    }
}

/// A generator whose sequence the seed decides.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
