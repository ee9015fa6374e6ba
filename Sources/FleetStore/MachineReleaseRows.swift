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
        let isDrift: Bool
        /// What drifted before is proven again as it was, or as a run made it.
        let isRepaired: Bool
    }

    /// Records what the agent proves. A project that it does not list is not on the machine. Returns what is news.
    ///
    /// What differs and comes with no `run`, and with none under way, is drift: somebody changed the machine. It ends when
    /// the machine is found again as it was before, or a run has put its release there.
    private static func record(
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
                SELECT project_id, actual_release_id, incomplete_release_id, drifted_at, drifted_from_release_id
                FROM machine_release WHERE machine_id = \(machine)
            ), compared AS (
                SELECT coalesce(n.project_id, b.project_id) AS project_id, n.release_id, n.incomplete_release_id,
                       b.actual_release_id AS was, b.drifted_at, b.drifted_from_release_id,
                       b.project_id IS NULL OR n.release_id IS DISTINCT FROM b.actual_release_id
                           OR n.incomplete_release_id IS DISTINCT FROM b.incomplete_release_id AS is_changed,
                       \(run)::bigint IS NULL AND n.release_id IS DISTINCT FROM b.actual_release_id
                           AND NOT EXISTS (SELECT 1 FROM run o
                                           WHERE o.machine_id = \(machine) AND o.state IN ('pending', 'running')
                                             AND o.project_id = coalesce(n.project_id, b.project_id)) AS is_unexplained,
                       coalesce(b.drifted_at IS NOT NULL AND n.incomplete_release_id IS NULL
                           AND n.release_id = CASE WHEN \(run)::bigint IS NULL THEN b.drifted_from_release_id
                                                   ELSE (SELECT o.release_id FROM run o WHERE o.id = \(run)) END,
                           false) AS is_repaired
                FROM proven n FULL JOIN before b ON b.project_id = n.project_id
            ), changed AS (
                SELECT c.*, c.is_unexplained AND NOT c.is_repaired AS is_drift FROM compared c
                WHERE c.is_changed OR c.is_repaired
            ), written AS (
                INSERT INTO machine_release AS mr
                    (machine_id, project_id, actual_release_id, incomplete_release_id, run_id,
                     drifted_at, drifted_from_release_id)
                SELECT \(machine), project_id, release_id, incomplete_release_id, \(run)::bigint,
                       CASE WHEN is_repaired THEN NULL WHEN is_drift THEN coalesce(drifted_at, now()) ELSE drifted_at END,
                       CASE WHEN is_repaired THEN NULL WHEN is_drift AND drifted_at IS NULL THEN was
                            ELSE drifted_from_release_id END
                FROM changed
                ON CONFLICT (machine_id, project_id) DO UPDATE
                SET actual_release_id = excluded.actual_release_id,
                    incomplete_release_id = excluded.incomplete_release_id,
                    proven_at = now(), run_id = excluded.run_id, drifted_at = excluded.drifted_at,
                    drifted_from_release_id = excluded.drifted_from_release_id
            )
            SELECT c.project_id, p.name AS project, was.version AS recorded, is_on_it.version AS proven,
                   c.is_drift, c.is_repaired
            FROM changed c
            JOIN project p ON p.id = c.project_id
            LEFT JOIN release was ON was.id = c.was
            LEFT JOIN release is_on_it ON is_on_it.id = c.release_id
            WHERE c.was IS DISTINCT FROM c.release_id OR c.is_repaired
            ORDER BY c.project_id
            """
        ).map { row in
            Difference(
                project: try row["project_id"],
                projectName: try row["project"],
                recorded: try row["recorded"],
                proven: try row["proven"],
                isDrift: try row["is_drift"],
                isRepaired: try row["is_repaired"]
            )
        }
    }

    /// Records the inventory that came with the result of a step: what differs is what the run did.
    static func recordResult(
        _ inventory: [AgentV1.InventoryItem],
        of machine: ID<Machine>,
        run: ID<Run>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let differences = try record(inventory, of: machine, run: run, in: tx)
        try post(differences, of: machine, in: tx, &changes)
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
        try post(differences, of: machine, in: tx, &changes)
        try NeedRows.touch(machines: [machine], projects: [], in: tx)
        changes.wakeScanner()
    }

    private static func post(
        _ differences: [Difference],
        of machine: ID<Machine>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let news = differences.filter { $0.isDrift || $0.isRepaired }
        guard !news.isEmpty else { return }
        let row = try tx.run(
            "SELECT name, environment_id FROM machine WHERE id = \(machine) FOR NO KEY UPDATE"
        ).first
        guard let row else { return }
        for difference in news {
            let subject = EventSubject(
                machine: machine,
                environment: try row["environment_id"],
                project: difference.project
            )
            changes.post(difference.event(subject, machine: try row["name"]))
        }
    }
}

extension MachineReleaseRows.Difference {
    fileprivate func event(_ subject: EventSubject, machine: String) -> DomainEvent {
        guard isRepaired else {
            return .inventoryReported(
                subject,
                name: machine,
                project: projectName,
                recorded: recorded,
                proven: proven
            )
        }
        return .drift(
            .repaired(subject, name: machine, project: projectName, version: proven ?? "nothing")
        )
    }
}
