import FleetModel
import FleetRules
import Postgres

/// Reads everything that answers "what should be on this machine, what is, and why".
enum ExplainRows {
    /// One project's facts about a machine.
    struct Facts {
        let project: String
        let projectID: ID<Project>
        let environmentID: ID<Environment>
        let desired: NeedFacts.DesiredRelease?
        let desiredInWords: DesiredInWords?
        let desiredSince: Instant?
        let desiredBy: String?
        let actual: ID<Release>?
        let actualVersion: String?
        let incomplete: ID<Release>?
        let incompleteVersion: String?
        /// Since when its agent proves something else than was put there; nil: it does not.
        let driftedAt: Instant?
        let openRun: NeedFacts.OpenRun?
        let openRollout: NeedFacts.OpenRollout?
        let need: OpenNeed?
        var obstacles = NeedObstacles()
    }

    struct OpenNeed {
        let id: Int64
        let verdict: String
        let reason: String
        let dueAt: Instant?
    }

    /// Projects that have to do with the machine, in order of name: at most 1000.
    static func load(
        machine: ID<Machine>,
        project: String?,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Facts] {
        var facts = try tx.run(
            """
            SELECT p.id AS project_id, p.name AS project, m.environment_id,
                   should.id AS desired_id, should.version AS desired_version, desired.deployment_id AS desired_deployment_id,
                   desired.source AS desired_source, desired.since AS desired_since,
                   CASE WHEN pin.id IS NOT NULL THEN pin.created_by
                        WHEN desired.source IN ('rollout', 'marked')
                        THEN coalesce(nullif(er.actor, ''), made_so.requested_by) END AS desired_by,
                   CASE WHEN pin.id IS NOT NULL THEN pin.reason
                        WHEN desired.source = 'marked' THEN er.reason END AS desired_note,
                   failing.version AS failing_version, circuit.failed, circuit.tried,
                   coalesce(release_is_for(should.process, m.roles, true), false) AS has_step,
                   actual.id AS actual_id, actual.version AS actual_version,
                   incomplete.id AS incomplete_id, incomplete.version AS incomplete_version,
                   mr.drifted_at, busy.deployment_id AS open_deployment_id,
                   rollout.id AS rollout_id, rollout.release_id AS rollout_release_id,
                   n.id AS need_id, n.verdict, n.reason, n.due_at
            FROM machine m
            CROSS JOIN project p
            LEFT JOIN LATERAL desired_release(m.id, m.environment_id, p.id) desired ON true
            LEFT JOIN release should ON should.id = desired.release_id
            LEFT JOIN pin ON pin.id = desired.pin_id
            LEFT JOIN environment_release er ON er.environment_id = m.environment_id AND er.project_id = p.id
            LEFT JOIN deployment made_so ON made_so.id = desired.deployment_id
            LEFT JOIN release_circuit circuit
                   ON desired.source = 'fallback' AND circuit.environment_id = m.environment_id
                  AND circuit.release_id = er.release_id AND circuit.closed_at IS NULL
            LEFT JOIN release failing ON failing.id = circuit.release_id
            LEFT JOIN machine_release mr ON mr.machine_id = m.id AND mr.project_id = p.id
            LEFT JOIN release actual ON actual.id = mr.actual_release_id
            LEFT JOIN release incomplete ON incomplete.id = mr.incomplete_release_id
            LEFT JOIN need n ON n.machine_id = m.id AND n.project_id = p.id AND n.closed_at IS NULL
            LEFT JOIN deployment rollout
                   ON rollout.project_id = p.id AND rollout.environment_id = m.environment_id
                  AND rollout.kind = 'rollout' AND rollout.state = 'running'
            LEFT JOIN LATERAL (
                SELECT run.deployment_id FROM run
                WHERE run.machine_id = m.id AND run.project_id = p.id AND run.state IN ('pending', 'running')
                ORDER BY run.deployment_id LIMIT 1) busy ON true
            WHERE m.id = \(machine) AND (\(project)::text IS NULL OR p.name = \(project))
              AND in_sight(\(seen.places)::bigint[], m.environment_id, p.id)
            ORDER BY p.name LIMIT \(Limits.pageSize)
            """
        ).map(Facts.init(row:))
        let subjects = facts.map {
            NeedObstacleRows.Subject(
                machine: machine,
                environment: $0.environmentID,
                project: $0.projectID,
                release: $0.desired?.releaseID
            )
        }
        let obstacles = try NeedObstacleRows.load(subjects, in: tx)
        for (index, found) in obstacles.enumerated() { facts[index].obstacles = found }
        return facts
    }
}

extension ExplainRows.Facts {
    init(row: Row) throws {
        let desiredID: ID<Release>? = try row["desired_id"]
        let hasStep: Bool = try row["has_step"]
        let busy: ID<Deployment>? = try row["open_deployment_id"]
        let rollout: ID<Deployment>? = try row["rollout_id"]
        let needID: Int64? = try row["need_id"]
        self.init(
            project: try row["project"],
            projectID: try row["project_id"],
            environmentID: try row["environment_id"],
            desired: try desiredID.map {
                NeedFacts.DesiredRelease(
                    releaseID: $0,
                    hasStepForMachine: hasStep,
                    source: try row["desired_source"]
                )
            },
            desiredInWords: try desiredID.map { _ in try DesiredInWords(row: row) },
            desiredSince: try row["desired_since"],
            desiredBy: try row["desired_by"],
            actual: try row["actual_id"],
            actualVersion: try row["actual_version"],
            incomplete: try row["incomplete_id"],
            incompleteVersion: try row["incomplete_version"],
            driftedAt: try row["drifted_at"],
            openRun: busy.map(NeedFacts.OpenRun.init(deploymentID:)),
            openRollout: try rollout.map {
                NeedFacts.OpenRollout(deploymentID: $0, releaseID: try row["rollout_release_id"])
            },
            need: try needID.map {
                ExplainRows.OpenNeed(
                    id: $0,
                    verdict: try row["verdict"],
                    reason: try row["reason"],
                    dueAt: try row["due_at"]
                )
            }
        )
    }
}

extension DesiredInWords {
    fileprivate init(row: Row) throws {
        let failing: String? = try row["failing_version"]
        self.init(
            version: try row["desired_version"],
            hasStepForMachine: try row["has_step"],
            source: try row["desired_source"],
            deployment: try row["desired_deployment_id"],
            note: try row["desired_note"],
            failing: try failing.map {
                Failing(version: $0, failed: try row["failed"], tried: try row["tried"])
            }
        )
    }
}
