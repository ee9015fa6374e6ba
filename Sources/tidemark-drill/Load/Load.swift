import FleetModel
import FleetRules
import FleetStore
import Postgres
import Proof

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
    let ledger = Ledger()
    let pause = PauseSwitch()

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
            let machine = fleet.machines[Int.random(in: fleet.machines.indices, using: &random)]
            let wait =
                random.isOne(inPercent: pausePercent) ? Double.random(in: 0.1...0.8, using: &random) : nil
            let rollsBack = random.isOne(inPercent: Self.rollbackPercent)
            do {
                let hint = try await transact(on: machine, wait: wait, rollsBack: rollsBack)
                store.hint(hint)
            } catch is ChangedItsMind {
                // As intended.
            } catch {
                if !Task.isCancelled { ledger.failed() }
            }
            await pause.rest(.milliseconds(Int.random(in: rest, using: &random)))
        }
    }

    /// One event that nobody is told about; returns its id.
    func writeSilently() async throws -> Int64 {
        try await store.database.transaction { tx in
            try change(fleet.machines[0], in: tx).event
        }
    }

    /// `Store.unitOfWork`, but for the pause that the event is already written in.
    private func transact(on machine: ID<Machine>, wait: Double?, rollsBack: Bool) async throws -> CommitHint
    {
        let (hint, event, xid) = try await store.database.transaction { tx in
            let changed = try change(machine, in: tx)
            if let wait { try tx.run("SELECT pg_sleep(\(wait))") }
            if rollsBack { throw ChangedItsMind() }
            return changed
        }
        ledger.committed(event, of: xid)
        return hint
    }

    /// The machine comes, or goes if it is there.
    private func change(
        _ machine: ID<Machine>,
        in tx: borrowing Transaction
    ) throws -> (hint: CommitHint, event: Int64, xid: String) {
        var changes = Changes(actor: "key:drill", node: store.node)
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
        let written = try tx.run(
            """
            SELECT max(id) AS id, pg_current_xact_id()::text AS xid FROM event WHERE xid = pg_current_xact_id()
            """
        )[0]
        return (hint, try written["id"], try written["xid"])
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
