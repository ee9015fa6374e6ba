import FleetModel
import FleetRules
import Testing

/// How long somebody was silent while nodes listened. Moments are minutes from noon.
@Suite struct WatchedTimeTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let since: Int
        let gaps: [ClosedRange<Int>]
        var countsFrom: Int?
        let minutes: Int64
    }

    static let cases = [
        Case(testDescription: "no gap: all of it", since: 0, gaps: [], minutes: 100),
        Case(testDescription: "a gap within does not count", since: 0, gaps: [20...80], minutes: 40),
        Case(testDescription: "a gap before does not matter", since: 50, gaps: [10...40], minutes: 50),
        Case(
            testDescription: "a gap that began before counts from the start",
            since: 50,
            gaps: [10...70],
            minutes: 30
        ),
        Case(testDescription: "two gaps", since: 0, gaps: [80...90, 10...40], minutes: 60),
        Case(
            testDescription: "silence that began in the gap that ended now",
            since: 50,
            gaps: [40...100],
            minutes: 0
        ),
        Case(testDescription: "silence of the future", since: 200, gaps: [], minutes: 0),
        Case(
            testDescription: "nothing before the oldest gap known",
            since: 0,
            gaps: [],
            countsFrom: 60,
            minutes: 40
        ),
    ]

    private static func at(_ minutes: Int) -> Instant { noon.adding(seconds: minutes * 60) }

    private func watch(_ gaps: [ClosedRange<Int>], since: Int? = 0, countsFrom: Int? = nil) -> WatchedTime {
        WatchedTime(
            now: Self.at(100),
            watchedSince: since.map(Self.at),
            gaps: gaps.map { .init(from: Self.at($0.lowerBound), until: Self.at($0.upperBound)) },
            countsFrom: countsFrom.map(Self.at)
        )
    }

    @Test("Only time in which nodes listened counts", arguments: cases)
    func counts(_ row: Case) {
        let time = watch(row.gaps, countsFrom: row.countsFrom).microseconds(since: Self.at(row.since))
        #expect(time / 60_000_000 == row.minutes)
    }

    @Test("The end of a time moves by the gaps, and never comes before the grace after the last one")
    func end() {
        #expect(watch([]).end(of: 7200, since: Self.at(0), grace: 90) == Self.at(120))
        #expect(watch([20...80], since: 80).end(of: 7200, since: Self.at(0), grace: 90) == Self.at(180))
        #expect(watch([20...99], since: 99).end(of: 1200, since: Self.at(0), grace: 600) == Self.at(109))
        #expect(watch([], since: nil).end(of: 60, since: Self.at(0), grace: 90) == nil)
    }
}
