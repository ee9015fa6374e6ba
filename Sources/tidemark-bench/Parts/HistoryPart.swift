import FleetModel
import FleetStore
import Postgres
import Proof

/// Whether a scan's cost follows what is new, and not what is old.
struct HistoryPart {
    private static let new = 10_000
    private static let repetitions = 9

    let stage: Stage

    func run(into figures: Figures) async throws {
        try await stage.withPostgres { postgres in
            let store = Store(database: stage.patientDatabase(postgres), node: "bench")
            _ = try await EventFleet.make(in: store)
            let reader = try await ScanReader(store: store)
            let sizes = stage.size.pick(
                small: [10_000, 50_000],
                standard: [10_000, 100_000, 1_000_000],
                full: [10_000, 100_000, 1_000_000, 10_000_000]
            )
            var there = 0
            var least: Double?
            for size in sizes {
                try await reader.addOldEvents(size - there, .machineUnhealthy)
                try await reader.moveMarkToHead()
                try await reader.addNewEvents(Self.new, .machineUnhealthy)
                try await reader.settleTable()
                there = size + Self.new
                var times = Measured()
                for _ in 0..<Self.repetitions { times.add(try await reader.rewindAndScan()) }
                figures.add(
                    Figure(
                        "scan of \(Self.new) new behind \(size) old events",
                        times.median * 1000,
                        "ms",
                        against: least.map { Baseline("behind \(sizes[0]) old", $0 * 1000) },
                        target: least == nil ? nil : .ratioAtMost(1.5)
                    )
                )
                least = least ?? times.median
            }
            await store.database.close()
        }
    }
}
