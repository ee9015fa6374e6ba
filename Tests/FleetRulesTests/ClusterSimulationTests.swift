import Foundation
import Testing

/// Ten thousand lives of a cluster, or as many as TIDEMARK_SIMULATION_SEEDS says. A failure names its seed, and that seed
/// alone brings it back.
@Suite struct ClusterSimulationTests {
    static let seeds =
        UInt64(ProcessInfo.processInfo.environment["TIDEMARK_SIMULATION_SEEDS"] ?? "") ?? 10_000
    static let parts: [Range<UInt64>] = stride(from: 0, to: seeds, by: 500).map { $0..<min($0 + 500, seeds) }

    @Test(
        "Whatever nodes, database and machines go through: no event is missed, none is decided twice, terms grow",
        arguments: parts
    )
    func holds(_ seeds: Range<UInt64>) {
        for seed in seeds {
            let violations = Self.violations(seed)
            #expect(violations == [], "seed \(seed)")
        }
    }

    @Test("A cluster whose mark is the highest id misses events, and the simulation notices")
    func noticesNaiveMark() {
        let found = Self.found(.init(rule: .highestID))
        #expect(found.contains { $0.contains("were missed") })
    }

    @Test("A cluster whose pages are not fenced decides twice, and the simulation notices")
    func noticesMissingFence() {
        let found = Self.found(.init(isFenced: false))
        #expect(found.contains { $0.contains("decided about twice") })
    }

    static func violations(_ seed: UInt64, _ variant: SimulatedCluster.Variant = .init()) -> [String] {
        var cluster = SimulatedCluster(seed: seed, variant: variant)
        for _ in 0..<200 { cluster.happen() }
        cluster.settle()
        return cluster.violations
    }

    static func found(_ variant: SimulatedCluster.Variant) -> [String] {
        (0..<300 as Range<UInt64>).flatMap { violations($0, variant) }
    }
}
