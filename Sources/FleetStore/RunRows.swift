package import FleetModel
package import Postgres

/// The SQL of `run` and `step_run` as people read them.
package enum RunRows {
    /// The runs of a deployment with their steps, in order; `limit` bounds the runs.
    package static func list(
        of deployment: ID<Deployment>,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Run] {
        let steps = try tx.run(
            """
            SELECT s.id, s.run_id, s.step_index, s.step_name, s.state, s.attempt, s.exit_code, s.message, s.log_bytes,
                   s.started_at, s.finished_at
            FROM step_run s WHERE s.deployment_id = \(deployment) ORDER BY s.run_id, s.step_index
            """
        )
        var stepsByRun: [ID<Run>: [StepRun]] = [:]
        for row in steps { stepsByRun[try row["run_id"], default: []].append(try StepRun(row: row)) }
        return try tx.run(
            """
            SELECT r.id, r.deployment_id, r.machine_id, m.name AS machine, r.state, r.reason, r.started_at, r.finished_at
            FROM run r JOIN machine m ON m.id = r.machine_id
            WHERE r.deployment_id = \(deployment) ORDER BY r.id LIMIT \(limit)
            """
        ).map { row in
            let id: ID<Run> = try row["id"]
            return Run(
                id: id,
                deploymentID: try row["deployment_id"],
                machineID: try row["machine_id"],
                machine: try row["machine"],
                state: try row["state"],
                reason: try row["reason"],
                startedAt: try row["started_at"],
                finishedAt: try row["finished_at"],
                steps: stepsByRun[id] ?? []
            )
        }
    }
}

extension StepRun {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            index: try row["step_index"],
            name: try row["step_name"],
            state: try row["state"],
            attempt: try row["attempt"],
            exitCode: try row["exit_code"],
            message: try row["message"],
            logBytes: try row["log_bytes"],
            startedAt: try row["started_at"],
            finishedAt: try row["finished_at"]
        )
    }
}
