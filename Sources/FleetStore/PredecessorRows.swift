import FleetModel
import FleetRules
import Postgres

/// Finds the projects that come first on a machine and are not there yet.
enum PredecessorRows {
    static func lookup(_ subjects: [NeedObstacleRows.Subject]) -> NeedObstacleRows.Lookup {
        // Asked first, because to plan what follows takes longer than all else that a scan does.
        NeedObstacleRows.Lookup(
            "SELECT 1 FROM project_after WHERE project_id = ANY (\(subjects.map(\.project))::bigint[]) LIMIT 1"
        ) { ordered, obstacles, tx in
            guard !ordered.isEmpty else { return }
            try fill(&obstacles, of: subjects, in: tx)
        }
    }

    private static func fill(
        _ obstacles: inout [NeedObstacles],
        of subjects: [NeedObstacleRows.Subject],
        in tx: borrowing Transaction
    ) throws {
        let rows = try tx.run(
            """
            SELECT s.position::int AS position, p.id AS project_id, p.name AS project, r.version,
                   desired.release_id AS desired_release_id, mr.actual_release_id, mr.incomplete_release_id,
                   busy.deployment_id AS open_deployment_id, n.reason AS need_reason
            FROM unnest(\(subjects.map(\.machine))::bigint[], \(subjects.map(\.project))::bigint[])
                 WITH ORDINALITY AS s(machine_id, project_id, position)
            CROSS JOIN LATERAL projects_before(s.project_id) before
            JOIN project p ON p.id = before
            JOIN machine m ON m.id = s.machine_id
            CROSS JOIN LATERAL desired_release(m.id, m.environment_id, p.id) desired
            JOIN release r ON r.id = desired.release_id
            LEFT JOIN machine_release mr ON mr.machine_id = m.id AND mr.project_id = p.id
            LEFT JOIN need n ON n.machine_id = m.id AND n.project_id = p.id AND n.closed_at IS NULL
            LEFT JOIN LATERAL (
                SELECT run.deployment_id FROM run
                WHERE run.machine_id = m.id AND run.project_id = p.id AND run.state IN ('pending', 'running')
                ORDER BY run.deployment_id LIMIT 1) busy ON true
            WHERE release_is_for(r.process, m.roles, true)
              AND EXISTS (
                  SELECT 1 FROM project_trigger t
                  WHERE t.project_id = p.id AND (t.roles = '{}' OR t.roles && m.roles)
                    AND (NOT EXISTS (SELECT 1 FROM project_trigger_environment te WHERE te.trigger_id = t.id)
                         OR EXISTS (SELECT 1 FROM project_trigger_environment te
                                    WHERE te.trigger_id = t.id AND te.environment_id = m.environment_id)))
            ORDER BY s.position, p.name
            """
        )
        for row in rows {
            let position: Int = try row["position"]
            guard let obstacle = try PredecessorFacts(row: row).obstacle else { continue }
            obstacles[position - 1].predecessors.append(obstacle)
        }
    }

    /// Makes due the needs on these machines that wait for another project, because a run or a need of one ended. In one
    /// order, so that two who do so at once do not meet head on.
    static func touchWaiting(on machines: [ID<Machine>], in tx: borrowing Transaction) throws {
        guard !machines.isEmpty else { return }
        try tx.send(
            """
            UPDATE need n SET due_at = now()
            FROM (SELECT id FROM need
                  WHERE machine_id = ANY (\(machines)::bigint[]) AND closed_at IS NULL
                    AND verdict = \(Verdict.waitingForProject) AND due_at IS DISTINCT FROM now()
                  ORDER BY id FOR UPDATE) w
            WHERE n.id = w.id
            """
        )
    }

    /// Makes due the needs that wait for one of these projects, because something about it changed.
    static func touchWaiting(for projects: [ID<Project>], in tx: borrowing Transaction) throws {
        guard !projects.isEmpty else { return }
        try tx.send(
            """
            WITH RECURSIVE later AS (
                SELECT a.project_id FROM project_after a WHERE a.after_id = ANY (\(projects)::bigint[])
                UNION
                SELECT a.project_id FROM later l JOIN project_after a ON a.after_id = l.project_id
            )
            UPDATE need n SET due_at = now()
            FROM (SELECT id FROM need
                  WHERE project_id IN (SELECT project_id FROM later) AND closed_at IS NULL
                    AND verdict = \(Verdict.waitingForProject) AND due_at IS DISTINCT FROM now()
                  ORDER BY id FOR NO KEY UPDATE) w
            WHERE n.id = w.id
            """
        )
    }
}

extension PredecessorFacts {
    init(row: Row) throws {
        let openRun: ID<Deployment>? = try row["open_deployment_id"]
        self.init(
            project: try row["project_id"],
            name: try row["project"],
            desiredVersion: try row["version"],
            desiredReleaseID: try row["desired_release_id"],
            actualReleaseID: try row["actual_release_id"],
            incompleteReleaseID: try row["incomplete_release_id"],
            openRun: openRun.map(NeedFacts.OpenRun.init(deploymentID:)),
            needReason: try row["need_reason"]
        )
    }
}
