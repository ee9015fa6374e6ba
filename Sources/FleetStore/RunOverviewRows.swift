package import FleetModel
package import Postgres

/// The SQL of one deployment as people watch it: what went wrong first, a page of machines at a time.
package enum RunOverviewRows {
    /// Runs with their steps, those that failed first, then those under way.
    package static func page(
        of deployment: ID<Deployment>,
        offset: Int,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Run] {
        let runs = try tx.run(
            """
            SELECT r.id, r.deployment_id, r.machine_id, m.name AS machine, r.state, r.reason, r.started_at, r.finished_at
            FROM run r JOIN machine m ON m.id = r.machine_id
            WHERE r.deployment_id = \(deployment)
            ORDER BY CASE r.state WHEN 'failed' THEN 1 WHEN 'unknown' THEN 2 WHEN 'running' THEN 3 WHEN 'pending' THEN 4
                                  WHEN 'cancelled' THEN 5 WHEN 'skipped' THEN 6 ELSE 7 END, m.name, r.id
            OFFSET \(offset) LIMIT \(limit)
            """
        )
        let ids: [ID<Run>] = try runs.map { try $0["id"] }
        let steps = try tx.run(
            """
            SELECT s.id, s.run_id, s.step_index, s.step_name, s.state, s.attempt, s.exit_code, s.message, s.log_bytes,
                   s.started_at, s.finished_at
            FROM step_run s WHERE s.run_id = ANY (\(ids)::bigint[]) ORDER BY s.run_id, s.step_index
            """
        )
        var stepsByRun: [ID<Run>: [StepRun]] = [:]
        for row in steps { stepsByRun[try row["run_id"], default: []].append(try StepRun(row: row)) }
        return try runs.map { row in
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

    /// How far one step of the process is.
    package struct StepProgress: Sendable {
        package let index: Int
        package let name: String
        package let machines: Int
        package let succeeded: Int
        package let failed: Int
        package let active: Int
    }

    package static func steps(
        of deployment: ID<Deployment>,
        in tx: borrowing Transaction
    ) throws -> [StepProgress] {
        try tx.run(
            """
            SELECT step_index, min(step_name) AS name, count(*) AS machines,
                   count(*) FILTER (WHERE state = 'succeeded') AS succeeded,
                   count(*) FILTER (WHERE state IN ('failed', 'unknown')) AS failed,
                   count(*) FILTER (WHERE state IN ('offered', 'running')) AS active
            FROM step_run WHERE deployment_id = \(deployment)
            GROUP BY step_index ORDER BY step_index LIMIT 100
            """
        ).map {
            StepProgress(
                index: try $0["step_index"],
                name: try $0["name"],
                machines: try $0["machines"],
                succeeded: try $0["succeeded"],
                failed: try $0["failed"],
                active: try $0["active"]
            )
        }
    }

    /// A step whose log is looked at: the one asked for, else one that failed, else one that runs, else the last one
    /// that wrote something.
    package static func logToShow(
        of deployment: ID<Deployment>,
        asked: ID<StepRun>?,
        in tx: borrowing Transaction
    ) throws -> StepLog? {
        try tx.run(
            """
            SELECT s.id, m.name AS machine, s.step_name, s.log_bytes
            FROM step_run s JOIN machine m ON m.id = s.machine_id
            WHERE s.deployment_id = \(deployment)
              AND (s.id = \(asked) OR \(asked)::bigint IS NULL AND s.log_bytes > 0)
            ORDER BY CASE s.state WHEN 'failed' THEN 1 WHEN 'unknown' THEN 2 WHEN 'running' THEN 3 ELSE 4 END,
                     s.finished_at DESC NULLS FIRST, s.id LIMIT 1
            """
        ).first.map {
            StepLog(
                id: try $0["id"],
                machine: try $0["machine"],
                step: try $0["step_name"],
                length: try $0["log_bytes"]
            )
        }
    }
}
