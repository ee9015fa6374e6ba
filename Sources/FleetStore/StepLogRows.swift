package import FleetModel
import Postgres

/// A step of a deployment, as somebody who reads its log knows it.
package struct StepLog: Sendable, Equatable {
    package let id: ID<StepRun>
    package let machine: String
    package let step: String
    /// Bytes that have arrived.
    package let length: Int64
}

/// The SQL of reading `log_chunk`.
enum StepLogRows {
    /// The steps that have written something, in the order of the process and of the machines' names.
    static func list(
        of deployment: ID<Deployment>,
        machine: String?,
        step: String?,
        in tx: borrowing Transaction
    ) throws -> [StepLog] {
        try tx.run(
            """
            SELECT s.id, m.name AS machine, s.step_name, s.log_bytes
            FROM step_run s JOIN machine m ON m.id = s.machine_id
            WHERE s.deployment_id = \(deployment) AND s.log_bytes > 0
              AND (\(machine)::text IS NULL OR m.name = \(machine))
              AND (\(step)::text IS NULL OR s.step_name = \(step))
            ORDER BY s.step_index, m.name, s.id
            """
        ).map {
            StepLog(
                id: try $0["id"],
                machine: try $0["machine"],
                step: try $0["step_name"],
                length: try $0["log_bytes"]
            )
        }
    }

    /// The chunk that holds byte `offset`, from that byte on; nil at the end.
    static func bytes(
        of step: ID<StepRun>,
        from offset: Int64,
        in tx: borrowing Transaction
    ) throws -> [UInt8]? {
        try tx.run(
            """
            SELECT substring(data FROM (\(offset) - log_offset + 1)::integer) AS data
            FROM (SELECT log_offset, data FROM log_chunk
                  WHERE step_run_id = \(step) AND log_offset <= \(offset)
                  ORDER BY log_offset DESC LIMIT 1) c
            WHERE \(offset) < log_offset + octet_length(data)
            """
        ).first.map { try $0["data"] }
    }

    static func isThere(
        _ deployment: ID<Deployment>,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try !tx.run(
            """
            SELECT 1 FROM deployment
            WHERE id = \(deployment) AND in_sight(\(seen.places)::bigint[], environment_id, project_id)
            """
        ).isEmpty
    }

    /// When retention removed the logs of a deployment; nil: they are there.
    static func removedAt(of deployment: ID<Deployment>, in tx: borrowing Transaction) throws -> Instant? {
        try tx.run("SELECT logs_removed_at FROM deployment WHERE id = \(deployment)").first.flatMap {
            try $0["logs_removed_at"]
        }
    }

    static func deploymentState(
        of deployment: ID<Deployment>,
        in tx: borrowing Transaction
    ) throws -> DeploymentState? {
        try tx.run("SELECT state FROM deployment WHERE id = \(deployment)").first.map { try $0["state"] }
    }
}
