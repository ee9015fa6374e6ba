import FleetModel
import Postgres

/// The health check before the first step of a run.
enum RunCheckRows {
    /// Has the machines of the runs looked at; a check that is open already serves.
    static func begin(
        _ runs: [ID<Run>],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !runs.isEmpty else { return }
        let machines: [ID<Machine>] = try tx.run(
            """
            SELECT id FROM machine
            WHERE id IN (SELECT machine_id FROM run WHERE id = ANY (\(runs)::bigint[]))
            ORDER BY id FOR NO KEY UPDATE
            """
        ).map { try $0["id"] }
        let checks = try HealthCheckCommands.begin(
            .deployment,
            of: machines,
            by: "deployment",
            in: tx,
            &changes
        )
        try tx.run(
            """
            UPDATE run r SET health_check_id = c.id
            FROM unnest(\(checks.map(\.key))::bigint[], \(checks.map(\.value))::bigint[]) AS c(machine_id, id)
            WHERE r.id = ANY (\(runs)::bigint[]) AND r.machine_id = c.machine_id
            """
        )
    }
}
