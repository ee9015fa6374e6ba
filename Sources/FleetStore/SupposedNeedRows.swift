import FleetModel
import FleetRules
import Postgres

/// Reads machines and one project as the planner would see them if a need were open.
enum SupposedNeedRows {
    struct Supposed {
        let machine: String
        let environment: String
        let version: String?
        let facts: NeedFacts
    }

    static func load(
        _ machines: [ID<Machine>],
        project: ID<Project>,
        trigger: TriggerFacts,
        now: Instant,
        in tx: borrowing Transaction
    ) throws -> [ID<Machine>: Supposed] {
        let rows = try tx.run(
            """
            SELECT m.id AS machine_id, m.name, en.name AS environment, m.environment_id, m.roles, m.enabled, m.health,
                   m.deleted_at IS NOT NULL AS deleted, m.expired_at IS NOT NULL AS expired,
                   EXISTS (SELECT 1 FROM ephemeral_environment x
                           WHERE x.environment_id = m.environment_id AND x.teardown_at IS NOT NULL) AS environment_ends,
                   should.id AS desired_id, should.version, desired.source AS desired_source,
                   EXISTS (SELECT 1 FROM jsonb_array_elements(should.process) s
                           WHERE jsonb_array_length(coalesce(s -> 'roles', '[]')) = 0
                              OR s -> 'roles' ?| m.roles) AS has_step,
                   mr.actual_release_id, mr.incomplete_release_id, busy.deployment_id AS open_deployment_id,
                   rollout.id AS rollout_id, rollout.release_id AS rollout_release_id
            FROM machine m
            JOIN environment en ON en.id = m.environment_id
            LEFT JOIN LATERAL desired_release(m.id, m.environment_id, \(project)) desired ON true
            LEFT JOIN release should ON should.id = desired.release_id
            LEFT JOIN machine_release mr ON mr.machine_id = m.id AND mr.project_id = \(project)
            LEFT JOIN deployment rollout
                   ON rollout.project_id = \(project) AND rollout.environment_id = m.environment_id
                  AND rollout.kind = 'rollout' AND rollout.state = 'running'
            LEFT JOIN LATERAL (
                SELECT run.deployment_id FROM run
                WHERE run.machine_id = m.id AND run.project_id = \(project) AND run.state IN ('pending', 'running')
                ORDER BY run.deployment_id LIMIT 1) busy ON true
            WHERE m.id = ANY (\(machines)::bigint[])
            """
        )
        var supposed = try rows.map { row in
            let busy: ID<Deployment>? = try row["open_deployment_id"]
            let rollout: ID<Deployment>? = try row["rollout_id"]
            let desired: ID<Release>? = try row["desired_id"]
            return (
                machine: try row["name"] as String, environment: try row["environment"] as String,
                version: try row["version"] as String?,
                facts: NeedFacts(
                    needID: 0,
                    projectID: project,
                    machine: try MachineFacts(row: row),
                    trigger: trigger,
                    openedAt: now,
                    desired: try desired.map {
                        NeedFacts.DesiredRelease(
                            releaseID: $0,
                            hasStepForMachine: try row["has_step"],
                            source: try row["desired_source"]
                        )
                    },
                    actualReleaseID: try row["actual_release_id"],
                    incompleteReleaseID: try row["incomplete_release_id"],
                    openRun: busy.map(NeedFacts.OpenRun.init(deploymentID:)),
                    openRollout: try rollout.map {
                        NeedFacts.OpenRollout(deploymentID: $0, releaseID: try row["rollout_release_id"])
                    }
                )
            )
        }
        let obstacles = try NeedObstacleRows.load(supposed.map { .init($0.facts) }, in: tx)
        for (index, found) in obstacles.enumerated() { supposed[index].facts.obstacles = found }
        return Dictionary(
            uniqueKeysWithValues: supposed.map {
                (
                    $0.facts.machine.id,
                    Supposed(
                        machine: $0.machine,
                        environment: $0.environment,
                        version: $0.version,
                        facts: $0.facts
                    )
                )
            }
        )
    }
}
