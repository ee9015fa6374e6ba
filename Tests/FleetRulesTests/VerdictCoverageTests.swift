import FleetModel
import Foundation
import Testing

/// A verdict that no test ever sees may be given wrongly, or never. No test process sees all the others, so this one reads
/// what they expect: a verdict counts as seen where a test names it, as `.case` or as its text.
@Suite struct VerdictCoverageTests {
    private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let rooms = [
        "FleetRulesTests", "FleetStoreTests", "HTTPAPITests", "ClusterTests", "StoryTests",
    ]

    /// Verdicts that no test expects, with the reason.
    private static let unseen: [Verdict: String] = [
        .machineExpired: "given with cleanup by policy",
        .environmentTearingDown: "given with the teardown of environments",
        .waitingForCanary: "given with batches that try one machine first",
        .drifted: "given with repair of drift",
    ]

    private static let expectations: String = {
        let files = rooms.flatMap { room in
            (try? FileManager.default.contentsOfDirectory(
                at: tests.appending(path: room),
                includingPropertiesForKeys: nil
            )) ?? []
        }
        return files.filter { $0.lastPathComponent != "VerdictCoverageTests.swift" }
            .compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
    }()

    @Test(
        "Every verdict is expected by some test, or listed with the reason why not",
        arguments: Verdict.allCases
    )
    func expected(verdict: Verdict) throws {
        let name = try Regex("(\\.\(verdict.rawValue)\\b|\"\(verdict.rawValue)\")")
        let isExpected = Self.expectations.firstMatch(of: name) != nil
        #expect(isExpected || Self.unseen[verdict] != nil, "no test expects \(verdict.rawValue)")
    }

    @Test("Every verdict has its entry among the reason codes", arguments: Verdict.allCases)
    func documented(verdict: Verdict) throws {
        let page = Self.tests.appending(path: "../docs/reason-codes.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.contains("\n## `\(verdict.rawValue)`\n"))
    }
}
