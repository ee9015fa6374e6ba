import FleetModel
import FleetRules
import Postgres

/// What nobody reports about health checks: those that are due, and those that nobody answers.
struct HealthCheckSweep {
    /// What a check may take beyond its own time-out before its agent is thought lost.
    private static let reportGraceSeconds = 30
    /// How long a connected agent may leave a check.
    private static let fetchSeconds = 180

    let limit: Int

    /// Returns deployments to move on: one may have waited for a check.
    func run(in tx: borrowing Transaction, _ changes: inout Changes) throws -> [ID<Deployment>] {
        var touched: [ID<Machine>] = []
        touched += try endOfAbsent(in: tx)
        touched += try endUnanswered(in: tx, &changes)
        try beginDue(in: tx, &changes)
        return try touched.flatMap { try DeploymentRows.open(onMachine: $0, in: tx) }
    }

    /// A check of a machine that is gone says that it is gone.
    private func endOfAbsent(in tx: borrowing Transaction) throws -> [ID<Machine>] {
        try tx.run(
            """
            UPDATE health_check h
            SET state = 'concluded', concluded_at = now(), health = 'Unavailable', reason = 'its agent is not connected',
                fence = h.fence + 1
            FROM (SELECT h.id FROM health_check h JOIN machine m ON m.id = h.machine_id
                  WHERE h.state <> 'concluded' AND (m.health = 'Unavailable' OR m.deleted_at IS NOT NULL)
                  ORDER BY h.id LIMIT \(limit) FOR UPDATE OF h SKIP LOCKED) g
            WHERE h.id = g.id
            RETURNING h.machine_id
            """
        ).map { try $0["machine_id"] }
    }

    private func endUnanswered(
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Machine>] {
        let lost = try tx.run(
            """
            SELECT m.id, h.state FROM health_check h JOIN machine m ON m.id = h.machine_id
            WHERE m.deleted_at IS NULL
              AND (h.state = 'given'
                   AND h.given_at < now() - make_interval(secs => h.timeout_seconds + \(Self.reportGraceSeconds))
                   OR h.state = 'waiting' AND h.created_at < now() - make_interval(secs => \(Self.fetchSeconds)))
            ORDER BY m.id LIMIT \(limit) FOR NO KEY UPDATE OF m SKIP LOCKED
            """
        )
        return try lost.compactMap { row in
            let machine: ID<Machine> = try row["id"]
            let state: HealthCheck.State = try row["state"]
            guard let check = try HealthCheckRows.open(of: machine, in: tx) else { return nil }
            let why =
                state == .given
                ? "its agent did not report the result in time" : "its agent did not fetch it in time"
            try HealthCheckRows.takeBack(check.id, in: tx)
            try HealthCheckCommands.conclude(check, HealthCheckEnd(.notRun(why)), in: tx, &changes)
            return machine
        }
    }

    private func beginDue(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let due = try HealthCheckDueRows.take(limit: limit, in: tx)
        guard !due.isEmpty else { return }
        let byScript = due.filter { $0.kind == .script }.map(\.machine)
        let byConnection = due.filter { $0.kind == .connection }.map(\.machine)
        try HealthCheckCommands.begin(.scheduled, of: byScript, by: "policy", in: tx, &changes)
        // A policy that has no script any more: what the last one found no longer counts.
        let reason = "its agent is connected, and its policy has no script"
        try HealthRows.set(.healthy, of: byConnection, because: reason, in: tx, &changes)
        for machine in byConnection { try HealthCheckDueRows.forget(machine, in: tx) }
    }
}
