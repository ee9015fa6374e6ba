import FleetModel
import FleetRules
import Postgres

/// Carries out what the state machine of a deployment decided, all actions of a kind in one statement.
struct DeploymentActionRows {
    let deployment: ID<Deployment>

    private struct FinishedRun {
        let id: ID<Run>
        let state: RunState
        let reason: String
        let isExcused: Bool
    }

    func carryOut(
        _ actions: [DeploymentAction],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        var requeued: [ID<StepRun>] = []
        var retried: [ID<StepRun>] = []
        var offered: [ID<StepRun>] = []
        var checked: [ID<Run>] = []
        var ended: [(ID<StepRun>, StepState)] = []
        var finishedRuns: [FinishedRun] = []
        var finish: (DeploymentState, String)?
        for action in actions {
            switch action {
            case .offer(let step): offered.append(step)
            case .requeue(let step): requeued.append(step)
            case .check(let run): checked.append(run)
            case .end(let step, let state): ended.append((step, state))
            case .retry(let step): retried.append(step)
            case .finishRun(let run, let state, let reason, let isExcused):
                finishedRuns.append(FinishedRun(id: run, state: state, reason: reason, isExcused: isExcused))
            case .gate(let index, let state, let reason):
                try setGate(index, state, reason, in: tx, &changes)
            case .includeNew: try DeploymentCreation.includeNew(in: deployment, in: tx)
            case .finish(let state, let reason): finish = (state, reason)
            }
        }
        try requeue(requeued, in: tx)
        try retry(retried, in: tx)
        try end(ended, in: tx)
        try finishRuns(finishedRuns, in: tx, &changes)
        try RunCheckRows.begin(checked, in: tx, &changes)
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

    /// The step failed for certain: it has not begun as far as the next attempt is concerned.
    private func retry(_ steps: [ID<StepRun>], in tx: borrowing Transaction) throws {
        guard !steps.isEmpty else { return }
        try tx.run(
            """
            UPDATE step_run SET state = 'pending', session_epoch = NULL, started_at = NULL, finished_at = NULL,
                                exit_code = NULL, failures = failures + 1
            WHERE id = ANY (\(steps)::bigint[])
            """
        )
    }

    private func setGate(
        _ index: Int,
        _ state: GateState,
        _ reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let gate = try GateRows.set(index, of: deployment, to: state, by: nil, because: reason, in: tx)
        guard let gate, let event = ApprovalEvent(of: gate) else { return }
        let description = try DeploymentRows.describe(deployment, in: tx)
        changes.post(.approval(description.subject, description: description.text, event))
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
        try tx.send(
            """
            UPDATE run SET state = 'running', started_at = coalesce(started_at, now())
            WHERE id = ANY (\(runs)::bigint[]) AND state = 'pending'
            """
        )
        for row in given { changes.gaveWork(to: try row["machine_id"]) }
    }

    private func finishRuns(
        _ runs: [FinishedRun],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !runs.isEmpty else { return }
        let rows = try tx.run(
            """
            UPDATE run r SET state = f.state, reason = f.reason, excused = f.excused, finished_at = clock_timestamp()
            FROM unnest(\(runs.map(\.id))::bigint[], \(runs.map(\.state))::text[], \(runs.map(\.reason))::text[],
                        \(runs.map(\.isExcused))::boolean[])
                 AS f(id, state, reason, excused), machine m
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
        try NeedRows.giveBackAttempts(ofSkipped: runs.filter { $0.state == .skipped }.map(\.id), in: tx)
        try NeedRows.touch(ofRuns: runs.map(\.id), in: tx)
        let succeeded = runs.filter { $0.state == .succeeded }.map(\.id)
        try QuarantineRelease.ofSucceeded(succeeded, in: tx, &changes)
        try CanaryRows.touchWaiting(ofRuns: runs.map(\.id), in: tx)
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
        try GateRows.closeWaiting(of: deployment, in: tx)
        if state == .succeeded {
            try succeed(in: tx, &changes)
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

    /// A rollout says which release the environment has; an automatic one may be what a pin was for.
    private func succeed(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let done = try DeploymentRows.get(deployment, in: tx)
        switch done.kind {
        case .rollout:
            try EnvironmentReleaseRows.set(
                .init(
                    deployment: deployment,
                    source: .rollout,
                    actor: done.requestedBy,
                    reason: "deployment \(deployment) succeeded"
                ),
                in: tx,
                &changes
            )
        case .automatic: try PinRows.use(by: deployment, in: tx, &changes)
        case .selected, .teardown: break
        }
    }
}
