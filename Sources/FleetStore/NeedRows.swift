import FleetModel
import FleetRules
import Postgres

/// The SQL of `need`. A statement that changes several takes them by their number, so that two of them do not meet head on.
enum NeedRows {
    /// A need whose time has come, with everything that the planner looks at.
    struct DueNeed {
        var facts: NeedFacts
        let eventID: ID<Event>
        let verdict: String
        let reason: String
    }

    /// Opens a need for every match, or meets the one that is open. Several matches of one machine and project in
    /// one page are one need.
    static func open(_ matches: [TriggerMatch], in tx: borrowing Transaction) throws {
        guard !matches.isEmpty else { return }
        // Those that are open are met in the order of the insertion, and it has no numbers yet.
        try tx.send(
            """
            SELECT n.id
            FROM need n
            JOIN unnest(\(matches.map(\.machineID))::bigint[], \(matches.map(\.projectID))::bigint[]) AS m(machine_id, project_id)
              ON m.machine_id = n.machine_id AND m.project_id = n.project_id
            WHERE n.closed_at IS NULL
            ORDER BY n.id FOR NO KEY UPDATE OF n
            """
        )
        try tx.send(
            """
            INSERT INTO need AS n (machine_id, project_id, trigger_id, event_id, redeploy)
            SELECT m.machine_id, m.project_id, (array_agg(m.trigger_id ORDER BY m.redeploy DESC, m.event_id, m.trigger_id))[1],
                   max(m.event_id), bool_or(m.redeploy)
            FROM unnest(\(matches.map(\.machineID))::bigint[], \(matches.map(\.projectID))::bigint[],
                        \(matches.map(\.triggerID))::bigint[], \(matches.map(\.eventID))::bigint[],
                        \(matches.map(\.redeploy))::boolean[])
                 AS m(machine_id, project_id, trigger_id, event_id, redeploy)
            GROUP BY m.machine_id, m.project_id
            ON CONFLICT (machine_id, project_id) WHERE closed_at IS NULL DO UPDATE
            SET redeploy = n.redeploy OR excluded.redeploy,
                trigger_id = CASE WHEN n.trigger_id IS NULL OR excluded.redeploy AND NOT n.redeploy
                                  THEN excluded.trigger_id ELSE n.trigger_id END,
                event_id = CASE WHEN excluded.redeploy THEN excluded.event_id ELSE n.event_id END,
                due_at = now()
            """
        )
        try tx.send(
            """
            UPDATE need n SET attempts = 0
            FROM unnest(\(matches.map(\.machineID))::bigint[], \(matches.map(\.projectID))::bigint[],
                        \(matches.map(\.startsAgain))::boolean[]) AS m(machine_id, project_id, starts_again)
            WHERE n.machine_id = m.machine_id AND n.project_id = m.project_id AND n.closed_at IS NULL AND m.starts_again
            """
        )
    }

    /// Makes open needs due because something about these machines, or about these projects, changed.
    static func touch(machines: [ID<Machine>], projects: [ID<Project>], in tx: borrowing Transaction) throws {
        guard !machines.isEmpty || !projects.isEmpty else { return }
        try tx.send(
            """
            UPDATE need n SET due_at = now()
            FROM (SELECT id FROM need
                  WHERE closed_at IS NULL AND due_at IS DISTINCT FROM now()
                    AND (machine_id = ANY (\(machines)::bigint[]) OR project_id = ANY (\(projects)::bigint[]))
                  ORDER BY id FOR NO KEY UPDATE) w
            WHERE n.id = w.id
            """
        )
    }

    /// Makes the needs due that wait for somebody to be allowed something again: who may do what has changed.
    static func touchNotAllowed(in tx: borrowing Transaction) throws -> Int {
        try tx.run(
            """
            UPDATE need n SET due_at = now()
            FROM (SELECT id FROM need WHERE closed_at IS NULL AND verdict = \(Verdict.triggerNotAllowed)
                  ORDER BY id FOR NO KEY UPDATE) w
            WHERE n.id = w.id
            """
        ).affected
    }

    /// Makes the open needs of a project in an environment due.
    static func touch(
        project: ID<Project>,
        in environment: ID<Environment>,
        in tx: borrowing Transaction
    ) throws {
        try tx.send(
            """
            UPDATE need n SET due_at = now()
            FROM (SELECT o.id FROM need o JOIN machine m ON m.id = o.machine_id
                  WHERE o.project_id = \(project) AND o.closed_at IS NULL AND m.environment_id = \(environment)
                  ORDER BY o.id FOR NO KEY UPDATE OF o) w
            WHERE n.id = w.id
            """
        )
    }

    /// The attempts of these machines' open needs count from nothing again, and they are due.
    static func startAgain(
        machines: [ID<Machine>],
        projects: [ID<Project>],
        in tx: borrowing Transaction
    ) throws {
        guard !machines.isEmpty else { return }
        try tx.send(
            """
            UPDATE need n SET attempts = 0, due_at = now()
            FROM (SELECT o.id
                  FROM need o
                  JOIN unnest(\(machines)::bigint[], \(projects)::bigint[]) AS s(machine_id, project_id)
                    ON s.machine_id = o.machine_id AND s.project_id = o.project_id
                  WHERE o.closed_at IS NULL
                  ORDER BY o.id FOR NO KEY UPDATE OF o) w
            WHERE n.id = w.id
            """
        )
    }

    /// The same for every machine of an environment that tried a release.
    static func startAgain(
        release: ID<Release>,
        in environment: ID<Environment>,
        in tx: borrowing Transaction
    ) throws {
        try tx.send(
            """
            UPDATE need n SET due_at = now(),
                              attempts = CASE WHEN n.attempts_release_id = \(release) THEN 0 ELSE n.attempts END
            FROM (SELECT o.id
                  FROM need o JOIN release r ON r.project_id = o.project_id JOIN machine m ON m.id = o.machine_id
                  WHERE r.id = \(release) AND o.closed_at IS NULL AND m.environment_id = \(environment)
                  ORDER BY o.id FOR NO KEY UPDATE OF o) w
            WHERE n.id = w.id
            """
        )
    }

    /// Makes the need of a run that ended due.
    static func touch(ofRuns runs: [ID<Run>], in tx: borrowing Transaction) throws {
        guard !runs.isEmpty else { return }
        try tx.send(
            """
            UPDATE need n SET due_at = now()
            FROM (SELECT o.id
                  FROM run r JOIN need o ON o.machine_id = r.machine_id AND o.project_id = r.project_id
                  WHERE r.id = ANY (\(runs)::bigint[]) AND o.closed_at IS NULL
                  ORDER BY o.id FOR NO KEY UPDATE OF o) w
            WHERE n.id = w.id
            """
        )
    }

    /// A run that was skipped was no attempt.
    static func giveBackAttempts(ofSkipped runs: [ID<Run>], in tx: borrowing Transaction) throws {
        guard !runs.isEmpty else { return }
        try tx.send(
            """
            UPDATE need n SET attempts = greatest(n.attempts - 1, 0)
            FROM (SELECT o.id
                  FROM run r JOIN need o ON o.id = r.need_id AND o.attempts_release_id = r.release_id
                  WHERE r.id = ANY (\(runs)::bigint[])
                  ORDER BY o.id FOR NO KEY UPDATE OF o) w
            WHERE n.id = w.id
            """
        )
    }

    /// Closes the needs that a deployment met, now: what the machines should have is another release from here on.
    static func satisfy(by deployment: ID<Deployment>, in tx: borrowing Transaction) throws {
        try tx.send(
            """
            UPDATE need n
            SET closed_at = now(), outcome = 'satisfied', due_at = NULL, verdict = \(Verdict.upToDate),
                reason = 'deployment ' || \(deployment)::bigint || ' put the pinned release there'
            FROM (SELECT o.id
                  FROM run JOIN need o ON o.machine_id = run.machine_id AND o.project_id = run.project_id
                  WHERE run.deployment_id = \(deployment) AND run.state = 'succeeded' AND o.closed_at IS NULL
                  ORDER BY o.id FOR NO KEY UPDATE OF o) w
            WHERE n.id = w.id
            """
        )
    }

    /// Closes every open need of a machine that is no more, or is on its way out.
    static func withdraw(
        machine: ID<Machine>,
        as verdict: Verdict = .machineDeleted,
        because reason: String,
        in tx: borrowing Transaction
    ) throws {
        try tx.send(
            """
            UPDATE need n SET closed_at = now(), outcome = 'withdrawn', due_at = NULL,
                              verdict = \(verdict), reason = \(reason)
            FROM (SELECT id FROM need WHERE machine_id = \(machine) AND closed_at IS NULL
                  ORDER BY id FOR NO KEY UPDATE) w
            WHERE n.id = w.id
            """
        )
    }

    /// With what stands between them and their releases.
    static func load(
        _ ids: [Int64],
        triggers: [TriggerFacts],
        in tx: borrowing Transaction
    ) throws -> [DueNeed] {
        var needs = try loadWithoutObstacles(ids, triggers: triggers, in: tx)
        let obstacles = try NeedObstacleRows.load(needs.map { .init($0.facts) }, in: tx)
        for (index, found) in obstacles.enumerated() { needs[index].facts.obstacles = found }
        return needs
    }

    static func loadWithoutObstacles(
        _ ids: [Int64],
        triggers: [TriggerFacts],
        in tx: borrowing Transaction
    ) throws -> [DueNeed] {
        try tx.run(
            """
            SELECT n.id, n.project_id, n.trigger_id, n.event_id, n.redeploy, n.opened_at, n.verdict, n.reason,
                   CASE WHEN n.attempts_release_id = desired.release_id THEN n.attempts ELSE 0 END AS attempts,
                   m.id AS machine_id, m.environment_id, m.roles, m.enabled, m.health,
                   m.deleted_at IS NOT NULL AS deleted, m.expired_at IS NOT NULL AS expired,
                   EXISTS (SELECT 1 FROM ephemeral_environment x
                           WHERE x.environment_id = m.environment_id AND x.teardown_at IS NOT NULL) AS environment_ends,
                   desired.release_id AS desired_release_id, desired.source AS desired_source,
                   coalesce(release_is_for(r.process, m.roles, true), false) AS has_step,
                   mr.actual_release_id, mr.incomplete_release_id,
                   busy.deployment_id AS open_deployment_id,
                   rollout.id AS rollout_id, rollout.release_id AS rollout_release_id,
                   last.release_id AS last_release_id, last.state AS last_state, last.finished_at AS last_finished_at
            FROM need n
            JOIN machine m ON m.id = n.machine_id
            LEFT JOIN LATERAL desired_release(m.id, m.environment_id, n.project_id) desired ON true
            LEFT JOIN release r ON r.id = desired.release_id
            LEFT JOIN machine_release mr ON mr.machine_id = n.machine_id AND mr.project_id = n.project_id
            LEFT JOIN LATERAL (
                SELECT run.deployment_id FROM run
                WHERE run.machine_id = n.machine_id AND run.project_id = n.project_id
                  AND run.state IN ('pending', 'running')
                ORDER BY run.deployment_id LIMIT 1) busy ON true
            LEFT JOIN deployment rollout
                   ON rollout.project_id = n.project_id AND rollout.environment_id = m.environment_id
                  AND rollout.kind = 'rollout' AND rollout.state = 'running'
            LEFT JOIN LATERAL (
                SELECT run.release_id, run.state, run.finished_at FROM run
                WHERE run.machine_id = n.machine_id AND run.project_id = n.project_id
                  AND run.created_at >= n.opened_at AND run.finished_at IS NOT NULL
                ORDER BY run.id DESC LIMIT 1) last ON true
            WHERE n.id = ANY (\(ids)::bigint[])
            ORDER BY n.opened_at, n.id
            """
        ).map { row in
            let trigger = TriggerFacts.serving(
                try MachineFacts(row: row),
                project: try row["project_id"],
                openedBy: try row["trigger_id"],
                among: triggers
            )
            return DueNeed(
                facts: try NeedFacts(row: row, trigger: trigger),
                eventID: try row["event_id"],
                verdict: try row["verdict"],
                reason: try row["reason"]
            )
        }
    }
}

extension NeedFacts {
    init(row: Row, trigger: TriggerFacts?) throws {
        let desired: ID<Release>? = try row["desired_release_id"]
        let openRun: ID<Deployment>? = try row["open_deployment_id"]
        let rollout: ID<Deployment>? = try row["rollout_id"]
        let last: ID<Release>? = try row["last_release_id"]
        let hasStep: Bool = try row["has_step"]
        self.init(
            needID: try row["id"],
            projectID: try row["project_id"],
            machine: try MachineFacts(row: row),
            trigger: trigger,
            redeploy: try row["redeploy"],
            openedAt: try row["opened_at"],
            desired: try desired.map {
                DesiredRelease(
                    releaseID: $0,
                    hasStepForMachine: hasStep,
                    source: try row["desired_source"]
                )
            },
            actualReleaseID: try row["actual_release_id"],
            incompleteReleaseID: try row["incomplete_release_id"],
            openRun: openRun.map(OpenRun.init(deploymentID:)),
            openRollout: try rollout.map {
                OpenRollout(deploymentID: $0, releaseID: try row["rollout_release_id"])
            },
            lastRun: try last.map {
                LastRun(releaseID: $0, state: try row["last_state"], finishedAt: try row["last_finished_at"])
            },
            attempts: try row["attempts"]
        )
    }
}
