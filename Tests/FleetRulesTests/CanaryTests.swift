import FleetModel
import FleetRules
import Testing

@Suite struct CanaryTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var arrivals = [0, 0, 0]
        var canary = 1
        var inFlight = 0
        var succeeded = 0
        /// How many failed, and the second at which the last of them did.
        var failed: (count: Int, at: Int)?
        var now = 0
        var deployments: [[Int64]] = []
        var held: [Int64] = []
        var heldUntil: Int?
        var waiting: [Int64] = []
    }

    static let rows = [
        Row(testDescription: "no canary: all go", canary: 0, deployments: [[1, 2, 3]]),
        Row(testDescription: "the first goes", deployments: [[1]], held: [2, 3]),
        Row(testDescription: "as many as asked for", canary: 2, deployments: [[1, 2]], held: [3]),
        Row(testDescription: "fewer than asked for: all go", canary: 5, deployments: [[1, 2, 3]]),
        Row(testDescription: "alone: it is the first", arrivals: [0], deployments: [[1]]),
        Row(testDescription: "while it is under way nobody follows", inFlight: 1, held: [1, 2, 3]),
        Row(testDescription: "it succeeded: the rest goes", succeeded: 1, deployments: [[1, 2, 3]]),
        Row(
            testDescription: "it succeeded and others are under way: the rest goes",
            inFlight: 4,
            succeeded: 1,
            deployments: [[1, 2, 3]]
        ),
        Row(
            testDescription: "one of two succeeded: one more goes",
            canary: 2,
            succeeded: 1,
            deployments: [[1]],
            held: [2, 3]
        ),
        Row(
            testDescription: "it failed: the next is tried as late as a retry would be",
            failed: (1, 0),
            now: 29,
            held: [1, 2, 3],
            heldUntil: 30
        ),
        Row(
            testDescription: "its time has come",
            failed: (1, 0),
            now: 30,
            deployments: [[1]],
            held: [2, 3]
        ),
        Row(
            testDescription: "two failed: later still",
            failed: (2, 0),
            now: 59,
            held: [1, 2, 3],
            heldUntil: 60
        ),
        Row(
            testDescription: "one of two failed while the other is under way",
            canary: 2,
            inFlight: 1,
            failed: (1, 0),
            now: 1,
            held: [1, 2, 3],
            heldUntil: 30
        ),
        Row(
            testDescription: "a success outweighs what failed",
            succeeded: 1,
            failed: (1, 0),
            now: 1,
            deployments: [[1, 2, 3]]
        ),
        Row(
            testDescription: "who still gathers is not held",
            arrivals: [0, 0, 0, 0],
            deployments: [[1]],
            held: [2, 3],
            waiting: [4]
        ),
    ]

    @Test("The first machines of a batch must succeed before the rest is deployed to", arguments: rows)
    func plans(_ row: Row) {
        let quiet = row.arrivals.count > 3 ? 10 : 0
        let outcome = BatchPlanner.plan(
            row.arrivals.enumerated().map {
                .init(needID: Int64($0.offset + 1), openedAt: noon.adding(seconds: $0.element))
            },
            settings: .init(quietSeconds: quiet, longestSeconds: 30, size: 3, canary: row.canary),
            canary: .init(
                inFlight: row.inFlight,
                succeeded: row.succeeded,
                failed: row.failed?.count ?? 0,
                lastFailedAt: row.failed.map { noon.adding(seconds: $0.at) }
            ),
            retry: .init(attempts: 3, backoffSeconds: 30, longestSeconds: 600),
            now: noon.adding(seconds: row.now)
        )
        #expect(outcome.deployments == row.deployments)
        #expect(outcome.held == row.held)
        #expect(outcome.heldUntil == row.heldUntil.map(noon.adding(seconds:)))
        #expect(outcome.waiting == row.waiting)
    }

    @Test(
        "Every candidate is kept once, and who is held waits for a run or for a time to come",
        arguments: 0..<300 as Range<UInt64>
    )
    func properties(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let failed = random.number(0...3)
        let canary = BatchPlanner.Canary(
            inFlight: random.number(0...2),
            succeeded: random.number(0...2),
            failed: failed,
            lastFailedAt: failed == 0 ? nil : noon.adding(seconds: -random.number(0...120))
        )
        let settings = Trigger.Batch(
            quietSeconds: random.number(0...60),
            longestSeconds: random.number(60...120),
            size: random.number(1...12),
            canary: random.number(0...3)
        )
        let candidates = (0..<random.number(0...40)).map {
            BatchPlanner.Candidate(needID: Int64($0), openedAt: noon.adding(seconds: -random.number(0...120)))
        }
        let outcome = BatchPlanner.plan(
            candidates,
            settings: settings,
            canary: canary,
            retry: .init(),
            now: noon
        )
        let all = outcome.deployments.flatMap { $0 } + outcome.held + outcome.waiting
        #expect(all.sorted() == candidates.map(\.needID))
        #expect(outcome.deployments.allSatisfy { !$0.isEmpty })
        guard !outcome.held.isEmpty else { return }
        let started = outcome.deployments.flatMap { $0 }.count
        #expect(
            canary.succeeded + canary.inFlight + started
                <= max(settings.canary, canary.succeeded + canary.inFlight)
        )
        if let until = outcome.heldUntil {
            #expect(until > noon)
        } else {
            #expect(canary.inFlight + started > 0, "a run is under way whose end is waited for")
        }
    }
}
