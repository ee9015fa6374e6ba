import Cluster
import FleetModel
import TestSupport
import Testing

struct WakeupTests {
    @Test("a fire before the wait is kept, once, however often it was fired")
    func firedBefore() async {
        let wakeup = Wakeup()
        wakeup.fire()
        wakeup.fire()
        #expect(await wakeup.wait(upTo: .seconds(10)))
        #expect(await !wakeup.wait(upTo: .milliseconds(1)))
    }

    @Test("a fire during the wait ends it")
    func firedDuring() async {
        let wakeup = Wakeup()
        async let woken = wakeup.wait(upTo: .seconds(10))
        wakeup.fire()
        #expect(await woken)
    }

    @Test("a wait ends with its task, and the wakeup can be waited for again")
    func cancellation() async throws {
        let wakeup = Wakeup()
        try await withTimeLimit(.seconds(10), "the end of a cancelled wait") {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask { await wakeup.wait(upTo: .seconds(60)) }
                group.cancelAll()
                #expect(await group.next() == false)
            }
        }
        wakeup.fire()
        #expect(await wakeup.wait(upTo: .seconds(10)))
    }

    /// Time limits that end at the very moment of the fire are where one would get lost.
    @Test("no fire is lost, however it meets the end of a wait", arguments: 1...4)
    func noneLost(run: Int) async throws {
        let wakeup = Wakeup()
        let seen = Signal("a round was seen", of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<500 {
                    while await !wakeup.wait(upTo: .microseconds(1 + (round * run) % 120)) {
                        try Task.checkCancellation()
                    }
                    seen.send(round)
                }
            }
            for round in 0..<500 {
                wakeup.fire()
                #expect(try await seen.wait() == round)
            }
            try await group.waitForAll()
        }
    }
}

struct SignalsTests {
    private let signals = WorkSignals()
    private let web = ID<Machine>(rawValue: 1)
    private let db = ID<Machine>(rawValue: 2)

    @Test("a fire wakes those who wait for its key, all of them, and nobody else")
    func byKey() async {
        let (first, second, other) = (signals.subscribe(web), signals.subscribe(web), signals.subscribe(db))
        signals.fire([web])
        #expect(await first.wait(upTo: .seconds(10)))
        #expect(await second.wait(upTo: .seconds(10)))
        #expect(await !other.wait(upTo: .milliseconds(1)))
    }

    @Test("what fires between subscribing and waiting is not missed")
    func firedBetween() async {
        let subscription = signals.subscribe(web)
        signals.fireAll()
        #expect(await subscription.wait(upTo: .seconds(10)))
    }

    @Test("a subscription leaves with its last user")
    func leaving() async {
        do {
            let subscription = signals.subscribe(web)
            #expect(signals.count == 1)
            await subscription.wait(upTo: .zero)
        }
        #expect(signals.count == 0)
    }
}
