package import FleetModel
import FleetRules
package import Postgres

/// The steps that agents are given, and what they say about them: the SQL of `step_run` as seen from one machine.
package enum AgentWork {
    /// What waits for the machine: steps offered to it, and of those it says it is running, the ones to stop.
    static func waiting(
        for agent: AgentIdentity,
        poll: AgentV1.PollRequest,
        in tx: borrowing Transaction
    ) throws -> AgentV1.PollResponse {
        let offers = try tx.run(
            """
            SELECT s.id, s.fence, s.deployment_id, d.traceparent, s.step_index, p.name AS project, r.id AS release_id,
                   r.version AS release, en.name AS environment, r.process -> s.step_index AS step,
                   r.variables || coalesce(r.environment_variables -> template.name, '{}')
                   || coalesce(r.environment_variables -> en.name, '{}') AS variables,
                   NOT EXISTS (SELECT 1 FROM step_run o
                               WHERE o.run_id = s.run_id AND o.step_index < s.step_index AND o.attempt > 0) AS is_first,
                   coalesce(r.process -> s.step_index ->> 'runWhen', 'success') <> 'failure'
                   AND NOT EXISTS (SELECT 1 FROM step_run o WHERE o.run_id = s.run_id AND o.state = 'failed')
                   AND NOT EXISTS (SELECT 1 FROM step_run o
                                   WHERE o.run_id = s.run_id AND o.step_index > s.step_index
                                     AND coalesce(r.process -> o.step_index ->> 'runWhen', 'success') <> 'failure')
                       AS is_last,
                   EXISTS (SELECT 1 FROM secret c
                           WHERE c.project_id = d.project_id
                             AND (c.environment_id IS NULL OR c.environment_id = d.environment_id)) AS has_secrets,
                   (SELECT f.keep_releases FROM machine m CROSS JOIN LATERAL machine_policy_of(m.policy_id) f
                    WHERE m.id = s.machine_id) AS keep_releases
            FROM step_run s
            JOIN deployment d ON d.id = s.deployment_id
            JOIN release r ON r.id = d.release_id
            JOIN project p ON p.id = d.project_id
            JOIN environment en ON en.id = d.environment_id
            LEFT JOIN ephemeral_environment life ON life.environment_id = en.id
            LEFT JOIN environment template ON template.id = life.template_id
            WHERE s.machine_id = \(agent.machineID) AND s.state = 'offered'
            """
        )
        let stops = try tx.run(
            """
            SELECT s.id FROM step_run s JOIN deployment d ON d.id = s.deployment_id
            WHERE s.machine_id = \(agent.machineID) AND s.id = ANY (\(poll.running)::bigint[])
              AND (s.state IN ('unknown', 'pending', 'offered')
                   OR s.state = 'running' AND d.cancel_requested_at IS NOT NULL)
            """
        )
        return AgentV1.PollResponse(
            assignments: try offers.map { try AgentV1.Assignment(row: $0, machine: agent.name) },
            cancellations: try stops.map { try $0["id"] },
            check: try poll.checks.flatMap {
                try HealthCheckRows.give(to: agent.machineID, having: $0, in: tx)
            }
        )
    }

    /// Gives the step to the agent for good. Repeating it in the same session is harmless: the agent starts a step
    /// only once it has the answer.
    static func accept(
        _ step: ID<StepRun>,
        fence: Int64,
        by agent: AgentIdentity,
        in tx: borrowing Transaction
    ) throws {
        let accepted = try tx.run(
            """
            UPDATE step_run s
            SET state = 'running', session_epoch = \(agent.epoch),
                started_at = CASE WHEN s.state = 'offered' THEN now() ELSE s.started_at END
            FROM deployment d
            WHERE s.id = \(step) AND s.machine_id = \(agent.machineID) AND s.fence = \(fence)
              AND (s.state = 'offered' AND d.cancel_requested_at IS NULL
                   OR s.state = 'running' AND s.session_epoch = \(agent.epoch))
              AND d.id = s.deployment_id
            """
        )
        guard accepted.affected == 1 else {
            throw StoreError.conflict(
                "step \(step) is not offered to this machine under fence \(fence) any more"
            )
        }
    }

    /// Takes the result of a step; false when the fence is out of date: the step is somebody else's by now, or its
    /// outcome was given up on. A repeated result is taken once.
    static func finish(
        _ step: ID<StepRun>,
        _ result: AgentV1.ResultRequest,
        by agent: AgentIdentity,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Bool {
        let found = try tx.run(
            "SELECT deployment_id FROM step_run WHERE id = \(step) AND machine_id = \(agent.machineID)"
        ).first
        guard let found else { throw StoreError.notFound(what: "step of this machine", which: "\(step)") }
        let deployment: ID<Deployment> = try found["deployment_id"]
        try tx.run("SELECT 1 FROM deployment WHERE id = \(deployment) FOR UPDATE")
        let outcome = StepState(result.outcome)
        let taken = try tx.run(
            """
            UPDATE step_run
            SET state = \(outcome), exit_code = \(result.exitCode.flatMap { Int32(exactly: $0) })::int,
                message = \(String(result.message.prefix(Limits.messageLength))),
                log_dropped_bytes = \(max(0, result.logDroppedBytes)), finished_at = now()
            WHERE id = \(step) AND fence = \(result.fence) AND state = 'running'
            RETURNING run_id, step_name
            """
        ).first
        guard let taken else {
            return try repeats(step, fence: result.fence, outcome: outcome, in: tx)
        }
        let run: ID<Run> = try taken["run_id"]
        try MachineReleaseRows.recordResult(result.inventory, of: agent.machineID, run: run, in: tx, &changes)
        if outcome == .unknown {
            try postUnknown(step: try taken["step_name"], deployment, agent, result.message, in: tx, &changes)
        }
        try DeploymentAdvance.advance(deployment, in: tx, &changes)
        return true
    }

    private static func repeats(
        _ step: ID<StepRun>,
        fence: Int64,
        outcome: StepState,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try !tx.run(
            "SELECT 1 FROM step_run WHERE id = \(step) AND fence = \(fence) AND state = \(outcome)"
        ).isEmpty
    }

    private static func postUnknown(
        step: String,
        _ deployment: ID<Deployment>,
        _ agent: AgentIdentity,
        _ reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        var subject = try DeploymentRows.describe(deployment, in: tx).subject
        subject.machine = agent.machineID
        changes.post(.stepOutcomeUnknown(subject, machine: agent.name, step: step, reason: reason))
    }

    /// A new session tells the truth about the old one: what a node believes running and the agent's journal does not
    /// know was accepted but never started, and may be given out again.
    package static func sessionOpened(
        machine: ID<Machine>,
        epoch: Int64,
        journal: [AgentV1.JournalEntry],
        inventory: [AgentV1.InventoryItem],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try MachineReleaseRows.recordUnasked(inventory, of: machine, in: tx, &changes)
        let returned = try tx.run(
            """
            UPDATE step_run s
            SET state = 'pending', session_epoch = NULL, started_at = NULL,
                message = 'accepted and never started: given out again'
            WHERE s.machine_id = \(machine) AND s.state = 'running'
              AND NOT EXISTS (SELECT 1 FROM unnest(\(journal.map(\.stepRunID))::bigint[],
                                                   \(journal.map(\.fence))::bigint[]) j(id, fence)
                              WHERE j.id = s.id AND j.fence = s.fence)
            RETURNING s.deployment_id
            """
        )
        if !returned.isEmpty { changes.wakeScanner() }
        changes.gaveWork(to: machine)
    }
}

extension StepState {
    init(_ outcome: AgentV1.Outcome) {
        self =
            switch outcome {
            case .succeeded: .succeeded
            case .failed: .failed
            case .cancelled: .cancelled
            case .unknown: .unknown
            }
    }
}

extension AgentV1.Assignment {
    init(row: Row, machine: String) throws {
        let step: String = try row["step"]
        let variables: String = try row["variables"]
        let most: Int? = try row["keep_releases"]
        let assigned: Step = try JSONText.decode(from: step)
        let hasSecrets: Bool = try row["has_secrets"]
        self.init(
            stepRunID: try row["id"],
            fence: try row["fence"],
            deploymentID: try row["deployment_id"],
            project: try row["project"],
            releaseID: try row["release_id"],
            release: try row["release"],
            environment: try row["environment"],
            machine: machine,
            isFirst: try row["is_first"],
            isLast: try row["is_last"],
            step: assigned.keeping(atMost: most),
            variables: try JSONText.decode(from: variables),
            traceparent: try row["traceparent"],
            hasSecrets: hasSecrets ? true : nil
        )
    }
}
