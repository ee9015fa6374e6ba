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
        let desiredVersion: String?
        let desiredDeployment: ID<Deployment>?
        let actual: ID<Release>?
        let actualVersion: String?
        let incomplete: ID<Release>?
        let incompleteVersion: String?
        let openRun: NeedFacts.OpenRun?
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
        in tx: borrowing Transaction
    ) throws -> [Facts] {
        var facts = try tx.run(
            """
            SELECT p.id AS project_id, p.name AS project, m.environment_id,
                   should.id AS desired_id, should.version AS desired_version, desired.deployment_id AS desired_deployment_id,
                   desired.source AS desired_source,
                   EXISTS (SELECT 1 FROM jsonb_array_elements(should.process) s
                           WHERE jsonb_array_length(coalesce(s -> 'roles', '[]')) = 0
                              OR s -> 'roles' ?| m.roles) AS has_step,
                   actual.id AS actual_id, actual.version AS actual_version,
                   incomplete.id AS incomplete_id, incomplete.version AS incomplete_version,
                   busy.deployment_id AS open_deployment_id,
                   n.id AS need_id, n.verdict, n.reason, n.due_at
            FROM machine m
            CROSS JOIN project p
            LEFT JOIN LATERAL desired_release(m.id, m.environment_id, p.id) desired ON true
            LEFT JOIN release should ON should.id = desired.release_id
            LEFT JOIN machine_release mr ON mr.machine_id = m.id AND mr.project_id = p.id
            LEFT JOIN release actual ON actual.id = mr.actual_release_id
            LEFT JOIN release incomplete ON incomplete.id = mr.incomplete_release_id
            LEFT JOIN need n ON n.machine_id = m.id AND n.project_id = p.id AND n.closed_at IS NULL
            LEFT JOIN LATERAL (
                SELECT run.deployment_id FROM run
                WHERE run.machine_id = m.id AND run.project_id = p.id AND run.state IN ('pending', 'running')
                ORDER BY run.deployment_id LIMIT 1) busy ON true
            WHERE m.id = \(machine) AND (\(project)::text IS NULL OR p.name = \(project))
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

    /// The last events and decisions about the machine and the project, oldest first.
    static func chain(
        machine: ID<Machine>,
        project: ID<Project>,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [ProjectExplanation.Link] {
        try tx.run(
            """
            SELECT * FROM (
                (SELECT e.id AS event_id, e.occurred_at AS at, e.category || ': ' || e.message AS what, 0 AS rank, e.id AS seq
                 FROM event e
                 WHERE e.machine_id = \(machine) AND (e.project_id IS NULL OR e.project_id = \(project))
                 ORDER BY e.id DESC LIMIT \(limit))
                UNION ALL
                (SELECT d.event_id, d.decided_at, d.verdict || ': ' || d.reason, 1, d.id
                 FROM decision d
                 WHERE d.machine_id = \(machine) AND d.project_id = \(project)
                 ORDER BY d.id DESC LIMIT \(limit))) c
            ORDER BY c.at DESC, c.rank DESC, c.seq DESC LIMIT \(limit)
            """
        ).map { row in
            ProjectExplanation.Link(eventID: try row["event_id"], at: try row["at"], what: try row["what"])
        }.reversed()
    }
}

extension ExplainRows.Facts {
    init(row: Row) throws {
        let desiredID: ID<Release>? = try row["desired_id"]
        let hasStep: Bool = try row["has_step"]
        let busy: ID<Deployment>? = try row["open_deployment_id"]
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
            desiredVersion: try row["desired_version"],
            desiredDeployment: try row["desired_deployment_id"],
            actual: try row["actual_id"],
            actualVersion: try row["actual_version"],
            incomplete: try row["incomplete_id"],
            incompleteVersion: try row["incomplete_version"],
            openRun: busy.map(NeedFacts.OpenRun.init(deploymentID:)),
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
