import FleetModel
import FleetRules
import FleetStore
import Postgres
import Proof
import Synchronization

/// Writers who make machines come and go all the time, each change with its event, as nodes do: some of them keep
/// their transaction open for a while after the event is written, and some roll back.
struct Load: Sendable {
    private static let writers = 8
    private static let rollbackPercent = 5

    private struct ChangedItsMind: Error {}

    let store: Store
    let fleet: DrillFleet
    let seed: UInt64
    /// How long a writer rests between two transactions.
    var rest: ClosedRange<Int> = 100...300
    var pausePercent = 5
    let counts = Counts()

    final class Counts: Sendable {
        private let state = Mutex((committed: 0, failed: 0))

        /// Transactions that were committed, and that failed because the database was away.
        var values: (committed: Int, failed: Int) { state.withLock { $0 } }

        fileprivate func committed() { state.withLock { $0.committed += 1 } }
        fileprivate func failed() { state.withLock { $0.failed += 1 } }
    }

    /// Until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for writer in 0..<Self.writers {
                group.addTask { await write(as: writer) }
            }
            group.addTask { await keepAgentsHeard() }
        }
    }

    private func write(as writer: Int) async {
        var random = SeededRandom(seed: seed &+ UInt64(writer) &* 7919)
        while !Task.isCancelled {
            do {
                try await transact(as: writer, &random)
                counts.committed()
            } catch is ChangedItsMind {
                // As intended.
            } catch {
                if !Task.isCancelled { counts.failed() }
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: rest, using: &random)))
        }
    }

    /// `Store.unitOfWork`, but for the pause that the event is already written in.
    private func transact(as writer: Int, _ random: inout SeededRandom) async throws {
        let machine = fleet.machines[Int.random(in: fleet.machines.indices, using: &random)]
        let pause = random.isOne(inPercent: pausePercent) ? Double.random(in: 0.1...0.8, using: &random) : nil
        let rollsBack = random.isOne(inPercent: Self.rollbackPercent)
        let actor = "key:writer-\(writer)"
        let node = store.node
        let hint = try await store.database.transaction { tx in
            var changes = Changes(actor: actor, node: node)
            let row = try tx.run("SELECT health FROM machine WHERE id = \(machine) FOR NO KEY UPDATE")[0]
            let health: MachineHealth = try row["health"]
            try HealthRows.set(
                health == .healthy ? .unavailable : .healthy,
                of: [machine],
                because: "the drill says so",
                in: tx,
                &changes
            )
            let hint = try changes.write(in: tx)
            if let pause { try tx.run("SELECT pg_sleep(\(pause))") }
            if rollsBack { throw ChangedItsMind() }
            return hint
        }
        store.hint(hint)
    }

    /// The machines have no agents; without a sign of life the leader would rightly take them for gone.
    private func keepAgentsHeard() async {
        let (machines, node) = (fleet.machines, store.node)
        while !Task.isCancelled {
            _ = try? await store.database.transaction { tx in
                try PresenceRows.heard(machines, by: node, in: tx)
            }
            try? await Task.sleep(for: .seconds(5))
        }
    }
}
