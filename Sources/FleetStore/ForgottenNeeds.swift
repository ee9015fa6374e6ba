package import FleetModel
import FleetRules
package import Postgres

/// The proof that nothing is forgotten: looks for machines that were asked for and never answered, which there must be
/// none of, and opens the need that should be there.
///
/// It does not trust the bookkeeping of needs: it compares what should be on a machine with what is on it. What is
/// explained does not count: a machine that no event has asked for since its last answer (also one that drifted), one
/// for which there is no step, one that is disabled or away, and what an open need or run takes care of.
package enum ForgottenNeeds {
    /// A machine and the project that it lacks.
    package struct Pair: Sendable, Equatable {
        package let machine: String
        package let project: String

        package init(machine: String, project: String) {
            self.machine = machine
            self.project = project
        }
    }

    /// What one look found.
    package struct Look: Sendable, Equatable {
        package var healed: [Pair] = []
        /// Where the next look goes on; nil: the whole fleet has been looked at.
        package var last: ID<Machine>?

        package init(healed: [Pair] = [], last: ID<Machine>? = nil) {
            self.healed = healed
            self.last = last
        }
    }

    /// Verdicts with which a need ends: the last word about a pair.
    private static let closing: [Verdict] = [.upToDate, .noApplicableStep, .noLongerApplies, .machineDeleted]

    /// Looks at `limit` machines behind `after`.
    package static func look(
        after: ID<Machine>?,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> Look {
        let machines: [ID<Machine>] = try tx.run(
            """
            SELECT id FROM machine WHERE deleted_at IS NULL AND id > \(after ?? ID(0))
            ORDER BY id LIMIT \(limit)
            """
        ).map { try $0["id"] }
        guard !machines.isEmpty else { return Look() }
        return Look(
            healed: try heal(machines, in: tx),
            last: machines.count < limit ? nil : machines.last
        )
    }

    private static func heal(_ machines: [ID<Machine>], in tx: borrowing Transaction) throws -> [Pair] {
        try tx.run(
            """
            WITH pair AS MATERIALIZED (
                SELECT m.id AS machine_id, m.environment_id, m.roles, t.project_id, min(t.id) AS trigger_id
                FROM machine m
                JOIN project_trigger t ON t.enabled AND (t.roles = '{}' OR t.roles && m.roles)
                 AND (NOT EXISTS (SELECT 1 FROM project_trigger_environment te WHERE te.trigger_id = t.id)
                      OR EXISTS (SELECT 1 FROM project_trigger_environment te
                                 WHERE te.trigger_id = t.id AND te.environment_id = m.environment_id))
                WHERE m.id = ANY (\(machines)::bigint[]) AND m.enabled
                  AND m.health = ANY (\(MachineHealth.allCases.filter(\.isAvailable).map(\.rawValue))::text[])
                GROUP BY m.id, t.project_id
            ), unanswered AS MATERIALIZED (
                SELECT p.*, d.event_id
                FROM pair p
                CROSS JOIN LATERAL (
                    SELECT d.event_id, d.kind, d.verdict, d.decided_at FROM decision d
                    WHERE d.machine_id = p.machine_id AND d.project_id = p.project_id
                    ORDER BY d.id DESC LIMIT 1) d
                WHERE NOT (d.kind = 'plan' AND d.verdict = ANY (\(closing.map(\.rawValue))::text[]))
                  AND NOT EXISTS (SELECT 1 FROM need n
                                  WHERE n.machine_id = p.machine_id AND n.project_id = p.project_id
                                    AND (n.closed_at IS NULL OR n.closed_at >= d.decided_at))
                  AND NOT EXISTS (SELECT 1 FROM run
                                  WHERE run.machine_id = p.machine_id AND run.project_id = p.project_id
                                    AND run.state IN ('pending', 'running'))
            ), healed AS (
                INSERT INTO need (machine_id, project_id, trigger_id, event_id)
                SELECT u.machine_id, u.project_id, u.trigger_id, u.event_id
                FROM unanswered u
                CROSS JOIN LATERAL desired_release(u.machine_id, u.environment_id, u.project_id) desired
                JOIN release r ON r.id = desired.release_id
                LEFT JOIN machine_release mr ON mr.machine_id = u.machine_id AND mr.project_id = u.project_id
                WHERE (mr.actual_release_id IS DISTINCT FROM r.id OR mr.incomplete_release_id IS NOT NULL)
                  AND release_is_for(r.process, u.roles, true)
                ON CONFLICT (machine_id, project_id) WHERE closed_at IS NULL DO NOTHING
                RETURNING machine_id, project_id
            )
            SELECT m.name AS machine, p.name AS project
            FROM healed h JOIN machine m ON m.id = h.machine_id JOIN project p ON p.id = h.project_id
            ORDER BY m.id, p.name
            """
        ).map { Pair(machine: try $0["machine"], project: try $0["project"]) }
    }
}
