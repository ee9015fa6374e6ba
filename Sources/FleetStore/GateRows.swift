package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `deployment_gate`: the steps of deployments that no machine runs.
package enum GateRows {
    /// The gates of the deployment's process, reached or not, in order.
    static func ask(
        _ deployment: ID<Deployment>,
        in tx: borrowing Transaction
    ) throws -> Answer<[DeploymentFacts.GateFacts]> {
        try tx.ask(
            """
            SELECT (s.position - 1)::int AS step_index, s.step, g.state,
                   coalesce(g.decided_by || ': ', '') || coalesce(g.reason, '') AS reason,
                   coalesce(g.due_at <= now(), false) AS is_overdue
            FROM deployment d
            JOIN release r ON r.id = d.release_id
            CROSS JOIN LATERAL jsonb_array_elements(r.process) WITH ORDINALITY AS s(step, position)
            LEFT JOIN deployment_gate g ON g.deployment_id = d.id AND g.step_index = s.position - 1
            WHERE d.id = \(deployment) AND (s.step ? 'manual' OR s.step ? 'healthCheck')
            ORDER BY s.position
            """
        ) { try $0.compactMap(Self.gate(row:)) }
    }

    /// nil: a step that machines run.
    private static func gate(row: Row) throws -> DeploymentFacts.GateFacts? {
        let step: Step = try JSONText.decode(from: row["step"])
        let action: DeploymentFacts.GateFacts.Action
        switch step.action {
        case .manual: action = .approval
        case .healthCheck(let check): action = .healthCheck(includeNew: check.includeNew)
        case .script, .package: return nil
        }
        return DeploymentFacts.GateFacts(
            index: try row["step_index"],
            name: step.name,
            action: action,
            onAutomatic: step.whenAutomatic,
            state: try row["state"],
            isOverdue: try row["is_overdue"],
            reason: try row["reason"]
        )
    }

    /// Notes that a gate is so now; its row is made when the machines have come to it.
    static func set(
        _ index: Int,
        of deployment: ID<Deployment>,
        to state: GateState,
        by actor: String?,
        because reason: String,
        in tx: borrowing Transaction
    ) throws -> Gate? {
        try tx.run(
            """
            INSERT INTO deployment_gate AS g (deployment_id, step_index, step_name, kind, instructions, state, due_at,
                                              decided_at, decided_by, reason)
            SELECT d.id, s.index, s.step ->> 'name', CASE WHEN s.step ? 'manual' THEN 'manual' ELSE 'healthCheck' END,
                   coalesce(s.step -> 'manual' ->> 'instructions', ''), \(state),
                   CASE WHEN s.step ? 'manual'
                        THEN now() + make_interval(secs => (s.step ->> 'timeoutSeconds')::int) END,
                   CASE WHEN \(state) <> 'waiting' THEN now() END, \(actor)::text, \(reason)
            FROM deployment d
            JOIN release r ON r.id = d.release_id
            CROSS JOIN LATERAL (SELECT \(index)::int AS index, r.process -> \(index)::int AS step) s
            WHERE d.id = \(deployment)
            ON CONFLICT (deployment_id, step_index) DO UPDATE
            SET state = excluded.state, decided_at = excluded.decided_at, decided_by = excluded.decided_by,
                reason = excluded.reason
            RETURNING g.*
            """
        ).first.map(Gate.init(row:))
    }

    /// Gates that the deployment has come to, in order.
    package static func list(of deployment: ID<Deployment>, in tx: borrowing Transaction) throws -> [Gate] {
        try tx.run("SELECT * FROM deployment_gate WHERE deployment_id = \(deployment) ORDER BY step_index")
            .map(Gate.init(row:))
    }

    /// A deployment that has ended asks nobody any more.
    static func closeWaiting(of deployment: ID<Deployment>, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            UPDATE deployment_gate SET state = 'skipped', decided_at = now(), reason = 'the deployment has ended'
            WHERE deployment_id = \(deployment) AND state = 'waiting'
            """
        )
    }
}

extension Gate {
    init(row: Row) throws {
        self.init(
            index: try row["step_index"],
            step: try row["step_name"],
            kind: try row["kind"],
            instructions: try row["instructions"],
            state: try row["state"],
            reachedAt: try row["reached_at"],
            dueAt: try row["due_at"],
            decidedAt: try row["decided_at"],
            decidedBy: try row["decided_by"],
            reason: try row["reason"]
        )
    }
}
