import FleetModel
import Postgres

/// Most polls bring nothing new and find nothing to do: one statement by itself says so, where recording an inventory and looking
/// for work are a transaction of several.
enum IdlePollRows {
    /// Whether a poll of an agent that runs nothing would record nothing and be given nothing. Says no when in doubt.
    static func isIdle(
        _ machine: ID<Machine>,
        inventory: [AgentV1.InventoryItem],
        checks: [ID<HealthCheck>]
    ) -> SQL {
        """
        SELECT NOT EXISTS (SELECT 1 FROM step_run WHERE machine_id = \(machine) AND state = 'offered')
           AND NOT EXISTS (SELECT 1 FROM health_check
                           WHERE machine_id = \(machine) AND state <> 'concluded' AND id <> ALL (\(checks)::bigint[]))
           AND (SELECT count(i.project) = \(inventory.count)
                       AND count(*) FILTER (WHERE mr.drifted_at IS NOT NULL
                                               OR i.project IS NULL
                                                  AND (mr.actual_release_id IS NOT NULL OR mr.incomplete_release_id IS NOT NULL)) = 0
                FROM machine_release mr
                JOIN project p ON p.id = mr.project_id
                LEFT JOIN unnest(\(inventory.map(\.project))::text[], \(inventory.map(\.releaseID))::bigint[],
                                 \(inventory.map(\.incompleteReleaseID))::bigint[])
                          AS i(project, release_id, incomplete_id)
                       ON i.project = p.name AND i.release_id IS NOT DISTINCT FROM mr.actual_release_id
                      AND i.incomplete_id IS NOT DISTINCT FROM mr.incomplete_release_id
                WHERE mr.machine_id = \(machine)) AS is_idle
        """
    }
}
