import Testing

@testable import Cluster

@Suite struct AnnouncementPaceTests {
    @Test("Under load a node announces ten times a second, and a single event after it at once again")
    func slowsDownUnderLoadAndRecovers() {
        var pace = AnnouncementPace()
        var rests: [Duration] = []
        for _ in 0..<7 {
            rests.append(pace.rest)
            pace.rested(hasMore: true)
        }
        #expect(rests == [5, 10, 20, 40, 80, 100, 100].map { .milliseconds($0) })
        pace.rested(hasMore: false)
        #expect(pace.rest == .milliseconds(5))
    }
}
