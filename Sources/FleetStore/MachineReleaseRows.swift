import FleetModel
import FleetRules
import Postgres

/// The SQL of `machine_release`: what agents prove to be on machines. Nothing else is ever recorded as actual.
enum MachineReleaseRows {
    /// What an inventory changed about one project.
    struct Difference {
        let project: ID<Project>
        let projectName: String
        /// Versions; nil: none.
        let recorded: String?
        let proven: String?
    }

    /// Records what the agent proves. A project that it does not list is not on the machine. Returns the projects whose
    /// actual release is not what was recorded before.
    static func record(
        _ inventory: [AgentV1.InventoryItem],
        of machine: ID<Machine>,
        run: ID<Run>?,
        in tx: borrowing Transaction
    ) throws -> [Difference] {
        try tx.run(
            """
            WITH proven AS (
                SELECT p.id AS project_id, r.id AS release_id, x.id AS incomplete_release_id
                FROM unnest(\(inventory.map(\.project))::text[], \(inventory.map(\.releaseID))::bigint[],
                            \(inventory.map(\.incompleteReleaseID))::bigint[])
                     AS i(project, release_id, incomplete_id)
                JOIN project p ON p.name = i.project
                LEFT JOIN release r ON r.id = i.release_id AND r.project_id = p.id
                LEFT JOIN release x ON x.id = i.incomplete_id AND x.project_id = p.id
            ), before AS (
                SELECT project_id, actual_release_id, incomplete_release_id FROM machine_release
                WHERE machine_id = \(machine)
            ), changed AS (
                SELECT coalesce(n.project_id, b.project_id) AS project_id, n.release_id, n.incomplete_release_id,
                       b.actual_release_id AS was
                FROM proven n FULL JOIN before b ON b.project_id = n.project_id
                WHERE b.project_id IS NULL OR n.release_id IS DISTINCT FROM b.actual_release_id
                   OR n.incomplete_release_id IS DISTINCT FROM b.incomplete_release_id
            ), written AS (
                INSERT INTO machine_release AS mr
                    (machine_id, project_id, actual_release_id, incomplete_release_id, run_id)
                SELECT \(machine), project_id, release_id, incomplete_release_id, \(run)::bigint FROM changed
                ON CONFLICT (machine_id, project_id) DO UPDATE
                SET actual_release_id = excluded.actual_release_id,
                    incomplete_release_id = excluded.incomplete_release_id,
                    proven_at = now(), run_id = excluded.run_id
            )
            SELECT c.project_id, p.name AS project, was.version AS recorded, is_on_it.version AS proven
            FROM changed c
            JOIN project p ON p.id = c.project_id
            LEFT JOIN release was ON was.id = c.was
            LEFT JOIN release is_on_it ON is_on_it.id = c.release_id
            WHERE c.was IS DISTINCT FROM c.release_id
            ORDER BY c.project_id
            """
        ).map { row in
            Difference(
                project: try row["project_id"],
                projectName: try row["project"],
                recorded: try row["recorded"],
                proven: try row["proven"]
            )
        }
    }

    /// Records an inventory that no run explains: what differs is drift, and is an event.
    static func recordUnasked(
        _ inventory: [AgentV1.InventoryItem],
        of machine: ID<Machine>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let differences = try record(inventory, of: machine, run: nil, in: tx)
        guard !differences.isEmpty else { return }
        let row = try tx.run(
            "SELECT name, environment_id FROM machine WHERE id = \(machine) FOR NO KEY UPDATE"
        ).first
        guard let row else { return }
        for difference in differences {
            changes.post(
                .inventoryReported(
                    EventSubject(
                        machine: machine,
                        environment: try row["environment_id"],
                        project: difference.project
                    ),
                    name: try row["name"],
                    project: difference.projectName,
                    recorded: difference.recorded,
                    proven: difference.proven
                )
            )
        }
        try NeedRows.touch(machines: [machine], projects: [], in: tx)
    }
}
