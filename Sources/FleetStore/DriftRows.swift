import FleetModel
import FleetRules
import Postgres

/// Machines that drifted before a trigger was made, or changed, to repair that: no further event about them comes, so the
/// event of the trigger stands for it.
enum DriftRows {
    private static let limit = 1000

    /// What the triggers' events open needs for; `events` are those of triggers that were made or changed.
    static func matches(
        for events: [(id: ID<Event>, project: ID<Project>)],
        triggers: [TriggerFacts],
        in tx: borrowing Transaction
    ) throws -> [TriggerMatch] {
        let repairing = triggers.filter { trigger in
            trigger.enabled && trigger.repairDrift && events.contains { $0.project == trigger.projectID }
        }
        guard !repairing.isEmpty else { return [] }
        let last = Dictionary(events.map { ($0.project, $0.id) }, uniquingKeysWith: max)
        let rows = try tx.run(
            """
            SELECT mr.project_id, m.id AS machine_id, m.environment_id, m.roles, m.enabled, m.health,
                   m.deleted_at IS NOT NULL AS deleted, m.expired_at IS NOT NULL AS expired,
                   EXISTS (SELECT 1 FROM ephemeral_environment x
                           WHERE x.environment_id = m.environment_id AND x.teardown_at IS NOT NULL) AS environment_ends
            FROM machine_release mr JOIN machine m ON m.id = mr.machine_id
            WHERE mr.drifted_at IS NOT NULL AND m.deleted_at IS NULL
              AND mr.project_id = ANY (\(repairing.map(\.projectID))::bigint[])
              AND NOT EXISTS (SELECT 1 FROM need n
                              WHERE n.machine_id = m.id AND n.project_id = mr.project_id AND n.closed_at IS NULL)
            ORDER BY m.id LIMIT \(limit)
            """
        )
        return try rows.compactMap { row in
            let machine = try MachineFacts(row: row)
            let project: ID<Project> = try row["project_id"]
            guard let event = last[project],
                let trigger = repairing.first(where: { $0.projectID == project && $0.covers(machine) })
            else { return nil }
            return TriggerMatch(
                eventID: event,
                triggerID: trigger.id,
                projectID: project,
                machineID: machine.id,
                redeploy: false,
                startsAgain: false
            )
        }
    }
}
