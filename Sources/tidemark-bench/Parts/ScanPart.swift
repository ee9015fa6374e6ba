import FleetModel
import FleetStore
import Postgres
import Proof

/// What a scan of new events costs, against plainly reading the same rows, and in memory; and what it costs when every
/// one of them fires a trigger.
struct ScanPart {
    let stage: Stage

    func run(into figures: Figures) async throws {
        try await stage.withPostgres { postgres in
            let store = Store(database: stage.patientDatabase(postgres), node: "bench")
            _ = try await EventFleet.make(in: store)
            let reader = try await ScanReader(store: store)
            let counts = stage.size.pick(small: [10_000, 20_000], standard: [100_000, 1_000_000])
            var leastMemory: Double?
            for count in counts {
                try await reader.moveMarkToHead()
                try await reader.addNewEvents(count, .machineUnhealthy)
                try await reader.settleTable()
                try PeakMemory.forget()
                var scans = Measured()
                var plain = Measured()
                for _ in 0..<(count > 500_000 ? 3 : 5) {
                    scans.add(try await reader.rewindAndScan())
                    plain.add(try await reader.readPlainly(count))
                }
                figures.add(
                    Figure(
                        "scan of \(count) new events",
                        Double(count) / scans.median,
                        "events/s",
                        against: Baseline("plainly reading the same rows", Double(count) / plain.median),
                        target: count == counts.last ? .ratioAtLeast(0.5) : nil
                    )
                )
                let memory = try PeakMemory.mebibytes()
                if let leastMemory {
                    figures.add(
                        Figure(
                            "most memory while scanning \(count)",
                            memory,
                            "MiB",
                            against: Baseline("while scanning \(counts[0])", leastMemory),
                            target: .ratioAtMost(1.5)
                        )
                    )
                }
                leastMemory = leastMemory ?? memory
            }
            try await fire(reader, counts[0], into: figures)
            await store.database.close()
        }
    }

    /// Each event a decision, each machine a need that waits for a release.
    private func fire(_ reader: ScanReader, _ count: Int, into figures: Figures) async throws {
        try await reader.moveMarkToHead()
        try await reader.addNewEvents(count, .machineUnhealthy)
        try await reader.settleTable()
        let quiet = try await reader.rewindAndScan()
        try await reader.moveMarkToHead()
        try await reader.addNewEvents(count, .machineHealthy)
        try await reader.settleTable()
        let deciding = try await reader.scan()
        figures.add(
            Figure(
                "scan of \(count) that all fire a trigger",
                Double(count) / deciding,
                "events/s",
                against: Baseline("a scan of as many that fire none", Double(count) / quiet)
            )
        )
    }
}
