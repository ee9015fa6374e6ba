import FleetModel
import FleetRules
import Postgres

/// Reads how often releases were tried on a machine, and what was given up there or in its environment.
enum AttemptRows {
    /// By project; only projects of which there is something to say.
    static func load(
        machine: MachineFacts,
        triggers: [TriggerFacts],
        in tx: borrowing Transaction
    ) throws -> [ID<Project>: ProjectExplanation.Attempts] {
        let rows = try tx.run(
            """
            SELECT p.id AS project_id, n.trigger_id, n.due_at, n.verdict,
                   CASE WHEN n.attempts_release_id = desired.release_id THEN n.attempts ELSE 0 END AS attempts,
                   q.id AS quarantine_id, c.id AS circuit_id
            FROM project p
            LEFT JOIN need n ON n.machine_id = \(machine.id) AND n.project_id = p.id AND n.closed_at IS NULL
            LEFT JOIN LATERAL desired_release(\(machine.id), \(machine.environmentID), p.id) desired ON n.id IS NOT NULL
            LEFT JOIN machine_quarantine q
                   ON q.machine_id = \(machine.id) AND q.project_id = p.id AND q.released_at IS NULL
            LEFT JOIN environment_release er ON er.project_id = p.id AND er.environment_id = \(machine.environmentID)
            LEFT JOIN release_circuit c
                   ON c.environment_id = er.environment_id AND c.release_id = er.release_id AND c.closed_at IS NULL
            WHERE n.attempts > 0 OR q.id IS NOT NULL OR c.id IS NOT NULL
            ORDER BY p.name LIMIT \(Limits.pageSize)
            """
        )
        return try rows.reduce(into: [:]) { found, row in
            let project: ID<Project> = try row["project_id"]
            let trigger = TriggerFacts.serving(
                machine,
                project: project,
                openedBy: try row["trigger_id"],
                among: triggers
            )
            let verdict: String? = try row["verdict"]
            let quarantine: ID<Quarantine>? = try row["quarantine_id"]
            let circuit: ID<Circuit>? = try row["circuit_id"]
            found[project] = ProjectExplanation.Attempts(
                made: try row["attempts"] ?? 0,
                allowed: (trigger?.retry ?? Trigger.Retry()).attempts,
                nextAt: verdict == Verdict.retryLater.rawValue ? try row["due_at"] : nil,
                quarantine: try quarantine.map { try QuarantineRows.get($0, in: tx) },
                circuit: try circuit.map { try CircuitRows.get($0, in: tx) }
            )
        }
    }
}
