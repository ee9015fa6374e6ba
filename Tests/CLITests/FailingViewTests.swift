import FleetModel
import Testing

@testable import CommandLineKit

@Suite struct FailingViewTests {
    private static let quarantine = Quarantine(
        id: ID(4),
        machineID: ID(3),
        machine: "web-3",
        environment: "production",
        project: "shop",
        release: "1.5",
        attempts: 3,
        reason: "No space left on device\u{1b}[31m",
        since: Samples.at(-120)
    )

    private static let circuit = Circuit(
        id: ID(2),
        project: "shop",
        environment: "production",
        release: "1.5",
        failed: 3,
        tried: 4,
        fallback: "1.4",
        openedAt: Samples.at(-60)
    )

    private static func table<Item>(_ columns: [Column<Item>], _ items: [Item]) -> [String] {
        Table(columns: columns).lines(of: items, width: nil, palette: Samples.plain)
    }

    @Test(
        "B1 the list of quarantines says which, since when and why, and what a machine wrote is inert in it"
    )
    func quarantines() {
        let lines = Self.table(FailingView.quarantines(now: Samples.now), [Self.quarantine])
        #expect(lines.count == 2)
        for text in ["web-3", "production", "shop 1.5", "quarantined", "No space left on device"] {
            #expect(lines[1].contains(text), "\(text)")
        }
        #expect(!lines[1].contains("\u{1b}"))
    }

    @Test("B2 the list of circuits says what failed where, and what machines get instead")
    func circuits() {
        let lines = Self.table(FailingView.circuits(now: Samples.now), [Self.circuit])
        for text in ["production", "shop 1.5", "3 of 4", "1.4", "open"] {
            #expect(lines[1].contains(text), "\(text)")
        }
    }

    @Test("E1 explain says how often was tried, when next, and what was given up")
    func explained() {
        let attempts = ProjectExplanation.Attempts(
            made: 2,
            allowed: 3,
            nextAt: Samples.at(30),
            quarantine: Self.quarantine,
            circuit: Self.circuit
        )
        let rows = FailingView.rows(attempts, now: Samples.now)
        #expect(rows.map(\.label) == ["tried", "given up", "circuit"])
        #expect(rows[0].text.hasPrefix("2 of 3 times; the next "))
        #expect(rows[1].text.hasPrefix("quarantine 4: 1.5 was given up "))
        #expect(rows[2].text == "2: 1.5 failed on 3 of 4 machines; machines without it get 1.4")
    }
}
