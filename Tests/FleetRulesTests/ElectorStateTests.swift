import FleetRules
import Testing

@Suite struct ElectorStateTests {
    private static let steps: [(ElectorState.Event, ElectorState.Step)] = [
        (.sessionOpened, .ask), (.waited, .ask), (.challenged, .wait),
        (.answered(won: true, silenceSeconds: nil), .lead), (.answered(won: true, silenceSeconds: 60), .lead),
        (.answered(won: false, silenceSeconds: nil), .wait),
        (.answered(won: false, silenceSeconds: 1), .wait),
        (.answered(won: false, silenceSeconds: 7), .wait),
        (.answered(won: false, silenceSeconds: 7.1), .challenge(silentForSeconds: 7)),
        (.resigned, .leave),
    ]

    @Test(
        "A node asks, leads when it wins, waits when it does not, and ends a holder that is silent too long",
        arguments: steps
    )
    func next(_ event: ElectorState.Event, _ step: ElectorState.Step) {
        var state = ElectorState(ttlMilliseconds: 5000)
        #expect(state.next(event, isDrained: false) == step)
    }

    @Test("A node that is drained leaves, whatever came of its last step", arguments: steps)
    func drained(_ event: ElectorState.Event, _: ElectorState.Step) {
        var state = ElectorState(ttlMilliseconds: 5000)
        #expect(state.next(event, isDrained: true) == .leave)
    }

    @Test("Pauses between sessions grow to half a second, and begin anew after a tenure that ended well")
    func pauses() {
        var state = ElectorState(ttlMilliseconds: 5000)
        #expect((1...6).map { _ in state.failed() } == [100, 200, 400, 500, 500, 500])
        #expect(state.failures == 6)
        #expect(state.next(.resigned, isDrained: false) == .leave)
        #expect(state.failed() == 100)
    }

    @Test("A scan is a tick and then pages, to the last one")
    func scan() {
        var state = ScanState()
        #expect(state.next == .tick)
        state.ticked(opened: true)
        #expect(state.next == .page)
        state.committed(isComplete: false)
        #expect(state.next == .page)
        state.committed(isComplete: true)
        #expect(state.next == .rest)
    }

    @Test("A batch that was left open is followed by one of its own")
    func openBatch() {
        var state = ScanState()
        state.ticked(opened: false)
        #expect(state.next == .page)
        state.committed(isComplete: true)
        #expect(state.next == .tick)
        state.ticked(opened: true)
        state.committed(isComplete: true)
        #expect(state.next == .rest)
    }
}
