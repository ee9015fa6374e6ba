import FleetModel
import FleetRules
import Testing

@Suite struct BatchPlannerTests {
    /// Candidates by the second that they came at, with ids from 1.
    private func arrivals(_ seconds: [Int]) -> [BatchPlanner.Candidate] {
        seconds.enumerated().map { index, second in
            BatchPlanner.Candidate(needID: Int64(index + 1), openedAt: noon.adding(seconds: second))
        }
    }

    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let arrivals: [Int]
        let batch: Trigger.Batch
        let now: Int
        let deployments: [[Int64]]
        var waiting: [Int64] = []
        var until: Int?
    }

    static let quiet = Trigger.Batch(quietSeconds: 10, longestSeconds: 30, size: 3)
    static let rows = [
        Row(testDescription: "nobody", arrivals: [], batch: quiet, now: 0, deployments: []),
        Row(testDescription: "no quiet time", arrivals: [0], batch: .init(), now: 0, deployments: [[1]]),
        Row(
            testDescription: "within the quiet time",
            arrivals: [0, 4],
            batch: quiet,
            now: 5,
            deployments: [],
            waiting: [1, 2],
            until: 14
        ),
        Row(
            testDescription: "after the quiet time",
            arrivals: [0, 4],
            batch: quiet,
            now: 14,
            deployments: [[1, 2]]
        ),
        Row(
            testDescription: "a full batch does not wait, the rest does",
            arrivals: [0, 1, 2, 3],
            batch: quiet,
            now: 3,
            deployments: [[1, 2, 3]],
            waiting: [4],
            until: 13
        ),
        Row(
            testDescription: "steady arrivals do not hold up the first beyond the longest wait",
            arrivals: [0, 25],
            batch: quiet,
            now: 26,
            deployments: [],
            waiting: [1, 2],
            until: 30
        ),
        Row(
            testDescription: "the longest wait is over",
            arrivals: [0, 25],
            batch: quiet,
            now: 30,
            deployments: [[1, 2]]
        ),
        Row(
            testDescription: "those that waited for a rollout go at once",
            arrivals: [-900, -600],
            batch: quiet,
            now: 0,
            deployments: [[1, 2]]
        ),
    ]

    @Test("Machines that arrive together go together, as the trigger says (A2)", arguments: rows)
    func batches(_ row: Row) {
        let outcome = BatchPlanner.plan(
            arrivals(row.arrivals).reversed(),
            settings: row.batch,
            now: noon.adding(seconds: row.now)
        )
        #expect(outcome.deployments == row.deployments)
        #expect(outcome.waiting == row.waiting)
        #expect(outcome.until == row.until.map(noon.adding(seconds:)))
    }

    @Test("Five and fifty that arrive within a second are all deployed to (A2)", arguments: [5, 50])
    func noneMissed(_ count: Int) {
        let outcome = BatchPlanner.plan(
            arrivals(Array(repeating: 0, count: count)),
            settings: .init(quietSeconds: 2, longestSeconds: 30, size: 20),
            now: noon.adding(seconds: 2)
        )
        #expect(outcome.deployments.flatMap { $0 } == Array(1...Int64(count)))
        #expect(outcome.deployments.map(\.count) == (count == 5 ? [5] : [20, 20, 10]))
    }

    @Test(
        "Every candidate is kept once, no batch is too large, nobody waits too long",
        arguments: 0..<200 as Range<UInt64>
    )
    func properties(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let settings = Trigger.Batch(
            quietSeconds: random.number(0...60),
            longestSeconds: random.number(0...120),
            size: random.number(1...12)
        )
        let candidates = arrivals((0..<random.number(0...40)).map { _ in random.number(-120...0) })
        let outcome = BatchPlanner.plan(candidates.shuffled(using: &random), settings: settings, now: noon)
        #expect((outcome.deployments.flatMap { $0 } + outcome.waiting).sorted() == candidates.map(\.needID))
        #expect(outcome.deployments.allSatisfy { (1...settings.size).contains($0.count) })
        #expect((outcome.until == nil) == outcome.waiting.isEmpty)
        for candidate in candidates where outcome.waiting.contains(candidate.needID) {
            let until = try #require(outcome.until)
            #expect(until > noon)
            #expect(until <= candidate.openedAt.adding(seconds: settings.longestSeconds))
        }
    }
}
