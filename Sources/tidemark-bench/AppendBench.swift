import FleetModel
import FleetRules
import FleetStore
import Logging
import Postgres
import Proof
import Synchronization

/// What the transaction number of each event and its index cost those who append: the product's unit of work against
/// the same one on a twin of the table without them.
struct AppendBench {
    private static let clients = 8
    private static let twin = "bench_twin"

    let configuration: ConnectionConfiguration
    let fleet: BenchFleet
    let rounds: Int
    let round: Duration
    let logger: Logger

    func run(into results: BenchResults) async throws {
        var twinConfiguration = configuration
        twinConfiguration.searchPath = Self.twin
        let real = Database(configuration, maxConnections: Self.clients, logger: logger)
        let twin = Database(twinConfiguration, maxConnections: Self.clients, logger: logger)
        try await makeTwin(on: real)
        var rates: (real: [Double], twin: [Double]) = ([], [])
        for number in 0...rounds {
            // Which one comes first changes, so that neither always has the other's checkpoint in its round.
            let first = number.isMultiple(of: 2) ? real : twin
            let firstRate = try await rate(of: Store(database: first, node: "bench"))
            let secondRate = try await rate(
                of: Store(database: number.isMultiple(of: 2) ? twin : real, node: "bench")
            )
            // The first round warms up.
            guard number > 0 else { continue }
            rates.real.append(number.isMultiple(of: 2) ? firstRate : secondRate)
            rates.twin.append(number.isMultiple(of: 2) ? secondRate : firstRate)
        }
        await real.close()
        await twin.close()
        let ratio = Measured(zip(rates.real, rates.twin).map { $0 / $1 }).median
        results.add(
            BenchResult(
                name: "append without xid and its index",
                value: Measured(rates.twin).median,
                unit: "tx/s"
            )
        )
        results.add(
            BenchResult(
                name: "append",
                value: Measured(rates.real).median,
                unit: "tx/s",
                baseline: "the same without xid and its index",
                ratio: ratio,
                target: ">= 0.9",
                met: ratio >= 0.9
            )
        )
    }

    private func makeTwin(on database: Database) async throws {
        try await database.transaction { tx in
            try tx.run("CREATE SCHEMA \(identifier: Self.twin)")
            try tx.run("CREATE TABLE \(identifier: Self.twin).event (LIKE event INCLUDING ALL)")
            // Takes event_by_xid's twin with it.
            try tx.run("ALTER TABLE \(identifier: Self.twin).event DROP COLUMN xid")
        }
    }

    /// Transactions a second over one round.
    private func rate(of store: Store) async throws -> Double {
        let (fleet, round) = (fleet, round)
        let started = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0..<Self.clients {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now - started < round {
                        let machine = fleet.machines[(client * 100 + count) % fleet.machines.count]
                        try await store.unitOfWork(by: "machine:bench") { _, changes in
                            changes.post(
                                .machineHealthChanged(
                                    EventSubject(machine: machine, environment: fleet.environment),
                                    name: "bench",
                                    from: .unhealthy,
                                    to: .healthy,
                                    reason: "its agent said so"
                                )
                            )
                        }
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
        return Double(count) / ((ContinuousClock.now - started) / .seconds(1))
    }
}
