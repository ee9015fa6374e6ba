import FleetModel
import FleetRules
import Postgres

/// Reads a deployment as its state machine sees it.
enum DeploymentFactsRows {
    /// Locks the deployment until the transaction ends; nil when it has ended already.
    static func lockAndLoad(_ id: ID<Deployment>, in tx: borrowing Transaction) throws -> DeploymentFacts? {
        let row = try tx.run(
            """
            SELECT d.kind, d.cancel_requested_at IS NOT NULL AS cancel_requested,
                   d.kind = 'automatic'
                   AND EXISTS (SELECT 1 FROM release_circuit c
                               WHERE c.environment_id = d.environment_id AND c.release_id = d.release_id
                                 AND c.closed_at IS NULL) AS is_halted,
                   ARRAY(SELECT (s.step ->> 'maxParallel')::int
                         FROM jsonb_array_elements(r.process) WITH ORDINALITY AS s(step, position)
                         ORDER BY s.position) AS max_parallel
            FROM deployment d JOIN release r ON r.id = d.release_id
            WHERE d.id = \(id) AND d.state = 'running'
            FOR UPDATE OF d
            """
        ).first
        guard let row else { return nil }
        let steps = try loadSteps(id, in: tx)
        // A statement of its own: what another transaction did to these machines before we got the lock counts.
        let runs = try tx.run(
            """
            SELECT r.id, r.state,
                   m.enabled AND m.deleted_at IS NULL AND m.health IN ('Healthy', 'HasWarnings') AS accepts_work,
                   EXISTS (SELECT 1 FROM step_run s
                           WHERE s.machine_id = r.machine_id AND s.run_id <> r.id AND s.state IN ('offered', 'running'))
                   OR EXISTS (SELECT 1 FROM run o
                              WHERE o.machine_id = r.machine_id AND o.project_id = r.project_id
                                AND o.deployment_id < r.deployment_id AND o.state IN ('pending', 'running'))
                   OR EXISTS (SELECT 1 FROM run o
                              WHERE o.machine_id = r.machine_id AND o.project_id = r.project_id
                                AND o.id <> r.id AND o.state = 'running') AS is_busy
            FROM run r JOIN machine m ON m.id = r.machine_id
            WHERE r.deployment_id = \(id)
            ORDER BY r.id
            """
        )
        return DeploymentFacts(
            kind: try row["kind"],
            cancelRequested: try row["cancel_requested"],
            isHalted: try row["is_halted"],
            maxParallel: try row["max_parallel"],
            runs: try runs.map { run in
                let runID: ID<Run> = try run["id"]
                return DeploymentFacts.RunFacts(
                    id: runID,
                    state: try run["state"],
                    machineAcceptsWork: try run["accepts_work"],
                    machineIsBusy: try run["is_busy"],
                    steps: steps[runID] ?? []
                )
            }
        )
    }

    private static func loadSteps(
        _ id: ID<Deployment>,
        in tx: borrowing Transaction
    ) throws -> [ID<Run>: [DeploymentFacts.StepFacts]] {
        let rows = try tx.run(
            """
            SELECT s.id, s.run_id, s.step_index, s.state, s.attempt, s.message, s.started_at IS NOT NULL AS has_started,
                   coalesce((r.process -> s.step_index ->> 'idempotent')::boolean, false) AS idempotent
            FROM step_run s
            JOIN deployment d ON d.id = s.deployment_id
            JOIN release r ON r.id = d.release_id
            WHERE s.deployment_id = \(id)
            ORDER BY s.run_id, s.step_index
            """
        )
        return try rows.reduce(into: [:]) { steps, row in
            steps[try row["run_id"], default: []].append(
                DeploymentFacts.StepFacts(
                    id: try row["id"],
                    index: try row["step_index"],
                    state: try row["state"],
                    attempt: try row["attempt"],
                    hasStarted: try row["has_started"],
                    idempotent: try row["idempotent"],
                    message: try row["message"]
                )
            )
        }
    }
}
