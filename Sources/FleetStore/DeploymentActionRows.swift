import FleetModel
import FleetRules
import Postgres

/// Carries out what the state machine of a deployment decided, all actions of a kind in one statement.
struct DeploymentActionRows {
    let deployment: ID<Deployment>

    func carryOut(
        _ actions: [DeploymentAction],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        var requeued: [ID<StepRun>] = []
        var offered: [ID<StepRun>] = []
        var ended: [(ID<StepRun>, StepState)] = []
        var finishedRuns: [(ID<Run>, RunState, String)] = []
        var finish: (DeploymentState, String)?
        for action in actions {
            switch action {
            case .offer(let step): offered.append(step)
            case .requeue(let step): requeued.append(step)
            case .end(let step, let state): ended.append((step, state))
            case .finishRun(let run, let state, let reason): finishedRuns.append((run, state, reason))
            case .finish(let state, let reason): finish = (state, reason)
            }
        }
        try requeue(requeued, in: tx)
        try end(ended, in: tx)
        try finishRuns(finishedRuns, in: tx, &changes)
        try offer(offered, in: tx, &changes)
        if let finish { try finishDeployment(finish.0, because: finish.1, in: tx, &changes) }
    }

    /// The time of the start stays: that the step may have run once is not forgotten.
    private func requeue(_ steps: [ID<StepRun>], in tx: borrowing Transaction) throws {
        guard !steps.isEmpty else { return }
        try tx.run(
            """
            UPDATE step_run SET state = 'pending', session_epoch = NULL, finished_at = NULL, exit_code = NULL
            WHERE id = ANY (\(steps)::bigint[])
            """
        )
    }

    private func end(_ steps: [(ID<StepRun>, StepState)], in tx: borrowing Transaction) throws {
        guard !steps.isEmpty else { return }
        try tx.run(
            """
            UPDATE step_run s SET state = e.state, finished_at = now()
            FROM unnest(\(steps.map(\.0))::bigint[], \(steps.map(\.1))::text[]) AS e(id, state)
            WHERE s.id = e.id
            """
        )
    }

    /// Gives steps to their machines under a new fence. A machine that another transaction is giving work to at this
    /// moment is passed over; whoever gets there next, at the latest the sweep, gives it this step.
    private func offer(
        _ steps: [ID<StepRun>],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !steps.isEmpty else { return }
        let free = try tx.run(
            """
            WITH wanted AS MATERIALIZED (SELECT id, machine_id FROM step_run WHERE id = ANY (\(steps)::bigint[]))
            SELECT id FROM wanted
            WHERE pg_try_advisory_xact_lock(hashtext('tidemark.machine.' || current_schema()),
                                            hashtext(machine_id::text))
            """
        )
        let ids: [ID<StepRun>] = try free.map { try $0["id"] }
        guard !ids.isEmpty else { return }
        let given = try tx.run(
            """
            UPDATE step_run s
            SET state = 'offered', attempt = s.attempt + 1, fence = s.fence + 1, offered_at = now(), message = '',
                log_base = s.log_bytes
            WHERE s.id = ANY (\(ids)::bigint[]) AND s.state = 'pending'
              AND NOT EXISTS (SELECT 1 FROM step_run o
                              WHERE o.machine_id = s.machine_id AND o.state IN ('offered', 'running'))
              AND NOT EXISTS (SELECT 1 FROM run o JOIN run r ON r.id = s.run_id
                              WHERE o.machine_id = s.machine_id AND o.project_id = r.project_id
                                AND o.id <> r.id AND o.state = 'running')
            RETURNING s.run_id, s.machine_id
            """
        )
        let runs: [ID<Run>] = try given.map { try $0["run_id"] }
        try tx.run(
            """
            UPDATE run SET state = 'running', started_at = coalesce(started_at, now())
            WHERE id = ANY (\(runs)::bigint[]) AND state = 'pending'
            """
        )
        for row in given { changes.gaveWork(to: try row["machine_id"]) }
    }

    private func finishRuns(
        _ runs: [(ID<Run>, RunState, String)],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !runs.isEmpty else { return }
        let rows = try tx.run(
            """
            UPDATE run r SET state = f.state, reason = f.reason, finished_at = clock_timestamp()
            FROM unnest(\(runs.map(\.0))::bigint[], \(runs.map(\.1))::text[], \(runs.map(\.2))::text[])
                 AS f(id, state, reason), machine m
            WHERE r.id = f.id AND m.id = r.machine_id
            RETURNING r.state, r.reason, m.id AS machine_id, m.name AS machine
            """
        )
        let description = try DeploymentRows.describe(deployment, in: tx)
        for row in rows {
            var subject = description.subject
            subject.machine = try row["machine_id"]
            changes.post(
                .runFinished(
                    subject,
                    machine: try row["machine"],
                    description: description.text,
                    state: try row["state"],
                    reason: try row["reason"]
                )
            )
        }
        try NeedRows.giveBackAttempts(ofSkipped: runs.filter { $0.1 == .skipped }.map(\.0), in: tx)
        try NeedRows.touch(ofRuns: runs.map(\.0), in: tx)
        try QuarantineRelease.ofSucceeded(runs.filter { $0.1 == .succeeded }.map(\.0), in: tx, &changes)
        try CanaryRows.touchWaiting(ofRuns: runs.map(\.0), in: tx)
        try PredecessorRows.touchWaiting(on: try rows.map { try $0["machine_id"] }, in: tx)
        changes.wakeScanner()
    }

    private func finishDeployment(
        _ state: DeploymentState,
        because reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try tx.run(
            """
            UPDATE deployment SET state = \(state), reason = \(reason), finished_at = clock_timestamp()
            WHERE id = \(deployment)
            """
        )
        if state == .succeeded {
            let places = try tx.run(
                """
                WITH is_now AS (
                    INSERT INTO environment_release (environment_id, project_id, release_id, deployment_id)
                    SELECT environment_id, project_id, release_id, id FROM deployment
                    WHERE id = \(deployment) AND kind = 'rollout'
                    ON CONFLICT (environment_id, project_id) DO UPDATE
                    SET release_id = excluded.release_id, deployment_id = excluded.deployment_id, since = now()
                    RETURNING *
                )
                INSERT INTO environment_release_history
                    (environment_id, project_id, release_id, deployment_id, source, actor, reason, since)
                SELECT environment_id, project_id, release_id, deployment_id, source, actor, reason, since FROM is_now
                RETURNING environment_id, project_id
                """
            )
            for place in places {
                try CircuitBreaker.closeAll(
                    project: try place["project_id"],
                    environment: try place["environment_id"],
                    in: tx,
                    &changes
                )
            }
        }
        let description = try DeploymentRows.describe(deployment, in: tx)
        changes.post(
            .deploymentFinished(
                description.subject,
                description: description.text,
                state: state,
                reason: reason
            )
        )
    }
}
