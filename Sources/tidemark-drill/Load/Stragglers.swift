import FleetModel
import Logging
import Postgres
import Proof

/// Transactions that no mark by number would survive: prepared ones that are committed later by somebody else, ones that
/// stay open for long, and one in another database, which holds back what PostgreSQL takes for old.
struct Stragglers: Sendable {
    private static let longest = 12.0

    let configuration: ConnectionConfiguration
    let database: Database
    /// Machines that nobody else writes.
    let machines: [ID<Machine>]
    let seed: UInt64
    let ledger: Ledger
    let logger: Logger

    /// Until it is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await again { try await prepare(&$0) } }
            group.addTask { await again { try await stayOpen(&$0) } }
            group.addTask { await again { try await writeElsewhere(&$0) } }
        }
    }

    private func again(_ work: (inout SeededRandom) async throws -> Void) async {
        var random = SeededRandom(seed: seed &+ 104_729)
        while !Task.isCancelled {
            do {
                try await work(&random)
            } catch {
                if !Task.isCancelled { ledger.failed() }
            }
            try? await Task.sleep(for: .milliseconds(Int.random(in: 300...900, using: &random)))
        }
    }

    /// PREPARE TRANSACTION on one session, its end on another, some time later. What a crash left is ended first.
    private func prepare(_ random: inout SeededRandom) async throws {
        try await endPrepared(rollingBack: false)
        let connection = try await Connection.open(configuration, logger: logger)
        do {
            _ = try await connection.query("BEGIN")
            _ = try await connection.query(event(of: machines[0]))
            _ = try await connection.query("PREPARE TRANSACTION 'drill'")
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        try? await Task.sleep(for: .milliseconds(Int.random(in: 500...5000, using: &random)))
        try await endPrepared(rollingBack: random.isOne(inPercent: 30))
    }

    private func endPrepared(rollingBack: Bool) async throws {
        let waiting = try await database.query("SELECT 1 FROM pg_prepared_xacts WHERE gid = 'drill'")
        guard !waiting.isEmpty else { return }
        _ = try await database.query(
            rollingBack ? "ROLLBACK PREPARED 'drill'" : "COMMIT PREPARED 'drill'"
        )
    }

    private func stayOpen(_ random: inout SeededRandom) async throws {
        let seconds = Double.random(in: 2...Self.longest, using: &random)
        let event = event(of: machines[1])
        let row = try await database.transaction { tx in
            let row = try tx.run(event)[0]
            try tx.run("SELECT pg_sleep(\(seconds))")
            return row
        }
        ledger.committed(try row["id"], of: try row["xid"])
    }

    private func writeElsewhere(_ random: inout SeededRandom) async throws {
        var elsewhere = configuration
        elsewhere[parameter: "dbname"] = "postgres"
        let seconds = Double.random(in: 2...Self.longest, using: &random)
        let connection = try await Connection.open(elsewhere, logger: logger)
        do {
            try await connection.transaction { tx in
                try tx.run("SELECT pg_current_xact_id()")
                try tx.run("SELECT pg_sleep(\(seconds))")
            }
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private func event(of machine: ID<Machine>) -> SQL {
        """
        INSERT INTO event (category, actor, node, message, machine_id, environment_id)
        SELECT 'MachineHealthy', 'key:drill', 'drill', 'late', id, environment_id FROM machine WHERE id = \(machine)
        RETURNING id, xid::text
        """
    }
}
