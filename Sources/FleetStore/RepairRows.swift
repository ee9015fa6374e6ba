import FleetModel
import FleetRules
import Postgres

/// Reads the runs, of deployments that people asked for, whose ends a page of events tells.
enum RepairRows {
    static func askUnserved(
        _ events: [MarkRows.PageEvent],
        in tx: borrowing Transaction
    ) throws -> Answer<[UnservedRun]> {
        let ends = events.filter { $0.asksFor(.repairRun) }.map(\.id)
        guard !ends.isEmpty else { return Answer { _ in [] } }
        return try tx.ask(
            """
            SELECT e.id AS event_id, run.machine_id, run.project_id, d.kind, run.state, run.excused,
                   mr.incomplete_release_id IS NOT NULL AS is_incomplete
            FROM event e
            JOIN run ON run.deployment_id = e.deployment_id AND run.machine_id = e.machine_id
            JOIN deployment d ON d.id = run.deployment_id
            LEFT JOIN machine_release mr ON mr.machine_id = run.machine_id AND mr.project_id = run.project_id
            WHERE e.id = ANY (\(ends)::bigint[]) AND run.need_id IS NULL
            ORDER BY e.id
            """
        ) { try $0.map(UnservedRun.init(row:)) }
    }
}

extension UnservedRun {
    fileprivate init(row: Row) throws {
        self.init(
            eventID: try row["event_id"],
            machineID: try row["machine_id"],
            projectID: try row["project_id"],
            kind: try row["kind"],
            state: try row["state"],
            isExcused: try row["excused"],
            isIncomplete: try row["is_incomplete"]
        )
    }
}
