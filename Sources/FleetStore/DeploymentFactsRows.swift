import FleetModel
import FleetRules
import Postgres

/// Reads a deployment as its state machine sees it.
enum DeploymentFactsRows {
    /// Locks the deployment until the transaction ends; nil when it has ended already.
    static func lockAndLoad(_ id: ID<Deployment>, in tx: borrowing Transaction) throws -> DeploymentFacts? {
        let locked = try tx.ask(
            """
            SELECT d.kind, d.cancel_requested_at IS NOT NULL AS cancel_requested,
                   d.unavailable_targets, d.unhealthy_targets, d.minimum_healthy_percent,
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
        ) { $0.first }
        let steps = try askSteps(id, in: tx)
        let gates = try GateRows.ask(id, in: tx)
        // A statement of its own: what another transaction did to these machines before we got the lock counts.
        let runs = try tx.ask(
            """
            SELECT r.id, r.state, r.excused, policy.may_be_offline,
                   CASE WHEN m.deleted_at IS NOT NULL THEN 'deleted'
                        WHEN NOT m.enabled THEN 'disabled'
                        WHEN m.health = 'Unhealthy' THEN 'unhealthy'
                        WHEN m.health NOT IN ('Healthy', 'HasWarnings') THEN 'unavailable' END AS absence,
                   EXISTS (SELECT 1 FROM step_run s
                           WHERE s.machine_id = r.machine_id AND s.run_id <> r.id AND s.state IN ('offered', 'running'))
                   OR EXISTS (SELECT 1 FROM run o
                              WHERE o.machine_id = r.machine_id AND o.project_id = r.project_id
                                AND o.deployment_id < r.deployment_id AND o.state IN ('pending', 'running'))
                   OR EXISTS (SELECT 1 FROM run o
                              WHERE o.machine_id = r.machine_id AND o.project_id = r.project_id
                                AND o.id <> r.id AND o.state = 'running') AS is_busy,
                   CASE WHEN r.state <> 'pending' OR policy.check_kind <> 'script' OR NOT policy.check_before_deployment
                             OR h.state = 'concluded' THEN 'notNeeded'
                        WHEN h.id IS NULL THEN 'wanted' ELSE 'open' END AS health_check
            FROM run r
            JOIN machine m ON m.id = r.machine_id
            CROSS JOIN LATERAL machine_policy_of(m.policy_id) policy
            LEFT JOIN health_check h ON h.id = r.health_check_id
            WHERE r.deployment_id = \(id)
            ORDER BY r.id
            """
        ) { $0 }
        guard let row = try locked.value(in: tx) else { return nil }
        let stepsOfRuns = try steps.value(in: tx)
        return DeploymentFacts(
            kind: try row["kind"],
            cancelRequested: try row["cancel_requested"],
            isHalted: try row["is_halted"],
            maxParallel: try row["max_parallel"],
            settings: try DeploymentSettings(row: row),
            gates: try gates.value(in: tx),
            runs: try runs.value(in: tx).map { run in
                let runID: ID<Run> = try run["id"]
                return DeploymentFacts.RunFacts(
                    id: runID,
                    state: try run["state"],
                    absence: try run["absence"],
                    mayBeOffline: try run["may_be_offline"],
                    machineIsBusy: try run["is_busy"],
                    isExcused: try run["excused"],
                    check: try run["health_check"],
                    steps: stepsOfRuns[runID] ?? []
                )
            }
        )
    }

    private static func askSteps(
        _ id: ID<Deployment>,
        in tx: borrowing Transaction
    ) throws -> Answer<[ID<Run>: [DeploymentFacts.StepFacts]]> {
        try tx.ask(
            """
            SELECT s.id, s.run_id, s.step_index, s.state, s.attempt, s.message, s.started_at IS NOT NULL AS has_started,
                   coalesce((r.process -> s.step_index ->> 'idempotent')::boolean, false) AS idempotent,
                   coalesce((r.process -> s.step_index ->> 'retries')::int, 0) AS retries, s.failures,
                   coalesce(r.process -> s.step_index ->> 'runWhen', 'success') AS run_when
            FROM step_run s
            JOIN deployment d ON d.id = s.deployment_id
            JOIN release r ON r.id = d.release_id
            WHERE s.deployment_id = \(id)
            ORDER BY s.run_id, s.step_index
            """
        ) { rows in
            try rows.reduce(into: [:]) { steps, row in
                steps[try row["run_id"], default: []].append(
                    DeploymentFacts.StepFacts(
                        id: try row["id"],
                        index: try row["step_index"],
                        state: try row["state"],
                        attempt: try row["attempt"],
                        hasStarted: try row["has_started"],
                        idempotent: try row["idempotent"],
                        retries: try row["retries"],
                        failures: try row["failures"],
                        runWhen: try row["run_when"],
                        message: try row["message"]
                    )
                )
            }
        }
    }
}

extension DeploymentFacts.Check: PostgresEncodable, PostgresDecodable {}
