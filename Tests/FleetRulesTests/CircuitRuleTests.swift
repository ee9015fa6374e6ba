import FleetModel
import FleetRules
import Testing

@Suite struct CircuitRuleTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// Newest first: `f` failed, `u` unknown, `s` succeeded, `c` cancelled, `k` skipped.
        let outcomes: String
        let settings: Project.Circuit
        let opening: CircuitRule.Opening?

        init(
            _ name: String,
            _ outcomes: String,
            _ settings: Project.Circuit = .init(),
            opens: (failed: Int, tried: Int)? = nil
        ) {
            testDescription = name
            self.outcomes = outcomes
            self.settings = settings
            opening = opens.map { CircuitRule.Opening(failed: $0.failed, tried: $0.tried) }
        }
    }

    private static let states: [Character: RunState] = [
        "f": .failed, "u": .unknown, "s": .succeeded, "c": .cancelled, "k": .skipped,
    ]

    static let rows = [
        Row("B2: nothing was tried", ""),
        Row("B2: two machines are not three", "ff"),
        Row("B2: three of three", "fff", opens: (3, 3)),
        Row("B2: three of six are half", "sfsfsf", opens: (3, 6)),
        Row("B2: three of seven are less than half", "sfsfsfs"),
        Row("B2: an unknown outcome is no success", "ufu", opens: (3, 3)),
        Row("B2: what was skipped or cancelled says nothing", "kfcfkfc", opens: (3, 3)),
        Row(
            "B2: what was good on a thousand machines once may be bad today",
            String(repeating: "f", count: 10) + String(repeating: "s", count: 1000),
            opens: (10, 20)
        ),
        Row(
            "B2: failures of long ago do not count",
            String(repeating: "s", count: 20) + String(repeating: "f", count: 1000)
        ),
        Row("B1: one bad machine among many", "f" + String(repeating: "s", count: 30)),
        Row(
            "one failure is enough where the project says so",
            "fs",
            .init(count: 1, sharePercent: 1),
            opens: (1, 2)
        ),
        Row(
            "the window is as large as the count needs",
            String(repeating: "fs", count: 50),
            .init(count: 50, sharePercent: 50),
            opens: (50, 100)
        ),
    ]

    @Test("A circuit opens at the count and the share", arguments: rows)
    func judges(_ row: Row) {
        let outcomes = row.outcomes.compactMap { Self.states[$0] }
        #expect(CircuitRule.judge(outcomes, settings: row.settings) == row.opening)
    }

    @Test("Failures on every machine open it whatever the settings", arguments: 0..<100 as Range<UInt64>)
    func alwaysCanOpen(_ seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let settings = Project.Circuit(count: random.number(1...1000), sharePercent: random.number(1...100))
        let outcomes = Array(repeating: RunState.failed, count: settings.count)
        #expect(CircuitRule.judge(outcomes, settings: settings) != nil)
        #expect(CircuitRule.judge(outcomes.dropLast(), settings: settings) == nil)
    }
}
