import FleetModel
import FleetRules
import Postgres

/// The SQL of `trigger_refusal`: tells once that a trigger may not deploy somewhere, however many machines wait for it.
enum TriggerRefusalRows {
    /// Holds what a look at needs found against what was found before.
    static func note(
        _ needs: [NeedFacts],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        var refused: [Pair: String] = [:]
        var allowed: Set<Pair> = []
        for need in needs {
            guard let trigger = need.trigger, trigger.enabled else { continue }
            let pair = Pair(trigger: trigger.id, environment: need.machine.environmentID)
            if let why = trigger.refusals[pair.environment] {
                refused[pair] = why
            } else {
                allowed.insert(pair)
            }
        }
        try end(Array(allowed), in: tx)
        try begin(refused, in: tx, &changes)
    }

    private struct Pair: Hashable {
        let trigger: ID<Trigger>
        let environment: ID<Environment>
    }

    private static func end(_ pairs: [Pair], in tx: borrowing Transaction) throws {
        guard !pairs.isEmpty else { return }
        try tx.send(
            """
            DELETE FROM trigger_refusal r
            USING unnest(\(pairs.map(\.trigger))::bigint[], \(pairs.map(\.environment))::bigint[]) AS p(trigger_id, environment_id)
            WHERE r.trigger_id = p.trigger_id AND r.environment_id = p.environment_id
            """
        )
    }

    private static func begin(
        _ refused: [Pair: String],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !refused.isEmpty else { return }
        let pairs = Array(refused)
        let rows = try tx.run(
            """
            WITH new AS (
                INSERT INTO trigger_refusal (trigger_id, environment_id, reason)
                SELECT p.trigger_id, p.environment_id, left(p.reason, 4000)
                FROM unnest(\(pairs.map(\.key.trigger))::bigint[], \(pairs.map(\.key.environment))::bigint[],
                            \(pairs.map(\.value))::text[]) AS p(trigger_id, environment_id, reason)
                ON CONFLICT DO NOTHING
                RETURNING *
            )
            SELECT n.trigger_id, n.environment_id, n.reason, t.name AS trigger, t.project_id, p.name AS project,
                   e.name AS environment
            FROM new n
            JOIN project_trigger t ON t.id = n.trigger_id
            JOIN project p ON p.id = t.project_id
            JOIN environment e ON e.id = n.environment_id
            ORDER BY n.trigger_id, n.environment_id
            """
        )
        for row in rows {
            let project: String = try row["project"]
            let trigger: String = try row["trigger"]
            let subject = EventSubject(
                environment: try row["environment_id"],
                project: try row["project_id"],
                trigger: try row["trigger_id"]
            )
            changes.post(
                .access(
                    .triggerRefused(
                        subject,
                        trigger: "\(project)/\(trigger)",
                        environment: try row["environment"],
                        reason: try row["reason"]
                    )
                )
            )
        }
    }
}
