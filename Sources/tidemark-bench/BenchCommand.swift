import ArgumentParser
import FleetStore
import Foundation
import Logging
import Postgres
import Proof

/// Measures what the design promises, each figure as a ratio to a baseline of the same run.
@main
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidemark-bench",
        abstract:
            "Measures appends, scans, their growth and the way from event to decision on a private PostgreSQL."
    )

    enum Part: String, ExpressibleByArgument, CaseIterable {
        case append, scan, latency
    }

    @Option(help: "Only these: append, scan, latency.")
    var only: [Part] = Part.allCases
    @Option(help: "Rounds of the append benchmark, each of both tables.")
    var rounds = 15
    @Option(help: "Events in a scan.")
    var new = 100_000
    @Option(help: "Old events behind the mark in the large case; 5 million need about 2 GB of disk.")
    var old = 5_000_000
    @Option(help: "Events whose way to a decision is timed.")
    var events = 600
    @Option(help: "Where PostgreSQL and results.jsonl are.")
    var folder = ".bench"

    func run() async throws {
        let postgres = try await PrivatePostgres.start(
            in: "\(folder)/pg",
            options:
                "-c track_commit_timestamp=on -c max_wal_size=4GB -c checkpoint_timeout=30min -c shared_buffers=256MB"
        )
        let results = BenchResults()
        do {
            try await measure(postgres.configuration, into: results)
        } catch {
            await postgres.remove()
            throw error
        }
        await postgres.remove()
        results.printTable()
        try results.write(to: "\(folder)/results.jsonl")
        say("bench: written to \(folder)/results.jsonl")
        guard results.allMet else { throw ExitCode.failure }
    }

    private func measure(_ configuration: ConnectionConfiguration, into results: BenchResults) async throws {
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        try await Schema.migrator().migrate(configuration, by: "bench", logger: logger)
        let database = Database(configuration, maxConnections: 1, logger: logger)
        let fleet = try await BenchFleet.make(in: Store(database: database, node: "bench"))
        await database.close()
        if only.contains(.append) {
            let bench = AppendBench(
                configuration: configuration,
                fleet: fleet,
                rounds: rounds,
                round: .milliseconds(1500),
                logger: logger
            )
            try await bench.run(into: results)
        }
        // Before the tables are filled: what autovacuum then does to them is no part of the way to a decision.
        if only.contains(.latency) {
            let bench = LatencyBench(
                configuration: configuration,
                fleet: fleet,
                events: events,
                logger: logger
            )
            try await bench.run(into: results)
        }
        if only.contains(.scan) {
            let bench = ScanBench(configuration: configuration, new: new, manyOld: old, logger: logger)
            try await bench.run(into: results)
        }
    }
}
