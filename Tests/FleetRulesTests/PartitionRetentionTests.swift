import FleetModel
import FleetRules
import Testing

@Suite struct PartitionRetentionTests {
    private func verdict(
        seconds: Int?,
        endedSecondsAgo: Int,
        highest: UInt64?,
        readBelow: UInt64 = 100
    ) -> PartitionRetention.Verdict {
        PartitionRetention(seconds: seconds, readBelow: readBelow).verdict(
            on: .init(
                name: "event_2025_01",
                endsAt: noon.adding(seconds: -endedSecondsAgo),
                highestXID: highest
            ),
            now: noon
        )
    }

    @Test("A month goes when all of it is past the retention and was read")
    func goes() {
        #expect(verdict(seconds: 60, endedSecondsAgo: 60, highest: 99) == .drop)
        #expect(verdict(seconds: 60, endedSecondsAgo: 60, highest: nil) == .drop)
    }

    @Test("A month with an event that no scan has read stays, however old it is")
    func unread() {
        #expect(verdict(seconds: 60, endedSecondsAgo: 10_000_000, highest: 100) == .keep(.unread))
    }

    @Test("A month whose last moment is not past the retention stays, and for ever is for ever")
    func stays() {
        let until = noon.adding(seconds: 1)
        #expect(verdict(seconds: 60, endedSecondsAgo: 59, highest: 1) == .keep(.retention(until: until)))
        #expect(verdict(seconds: nil, endedSecondsAgo: 10_000_000, highest: 1) == .keep(.forEver))
    }
}
