package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `deployment`.
package enum DeploymentRows {
    /// What events about a deployment say of it.
    struct Description {
        let subject: EventSubject
        /// Such as `deployment 12 of shop 1.4 to production`.
        let text: String
    }

    static func describe(_ id: ID<Deployment>, in tx: borrowing Transaction) throws -> Description {
        let row = try tx.run(
            """
            SELECT d.project_id, d.release_id, d.environment_id, d.trigger_id,
                   p.name AS project, r.version AS release, en.name AS environment
            FROM deployment d
            JOIN project p ON p.id = d.project_id
            JOIN release r ON r.id = d.release_id
            JOIN environment en ON en.id = d.environment_id
            WHERE d.id = \(id)
            """
        ).first
        guard let row else { throw StoreError.notFound(what: "deployment", which: "\(id)") }
        let project: String = try row["project"]
        let release: String = try row["release"]
        let environment: String = try row["environment"]
        return Description(
            subject: EventSubject(
                environment: try row["environment_id"],
                project: try row["project_id"],
                release: try row["release_id"],
                trigger: try row["trigger_id"],
                deployment: id
            ),
            text: "deployment \(id) of \(project) \(release) to \(environment)"
        )
    }

    /// The open automatic deployments of these releases.
    static func openAutomatic(
        of releases: [FailingRelease],
        in tx: borrowing Transaction
    ) throws -> [ID<Deployment>] {
        guard !releases.isEmpty else { return [] }
        return try tx.run(
            """
            SELECT d.id
            FROM deployment d
            JOIN unnest(\(releases.map(\.environment))::bigint[], \(releases.map(\.release))::bigint[])
                 AS f(environment_id, release_id)
              ON f.environment_id = d.environment_id AND f.release_id = d.release_id
            WHERE d.state = 'running' AND d.kind = 'automatic'
            ORDER BY d.id
            """
        ).map { try $0["id"] }
    }

    /// Which deployments to list; nil fields do not restrict.
    package struct Filter: Sendable {
        package var only: ID<Deployment>?
        package var project: String?
        package var environment: String?
        package var state: DeploymentState?

        package init(
            only: ID<Deployment>? = nil,
            project: String? = nil,
            environment: String? = nil,
            state: DeploymentState? = nil
        ) {
            self.only = only
            self.project = project
            self.environment = environment
            self.state = state
        }
    }

    package static func get(
        _ id: ID<Deployment>,
        seen: Seen = .everything,
        in tx: borrowing Transaction
    ) throws -> Deployment {
        let found = try list(Filter(only: id), before: .max, limit: 1, seen: seen, in: tx)
        guard let deployment = found.first else {
            throw StoreError.notFound(what: "deployment", which: "\(id)")
        }
        return deployment
    }

    /// Deployments with an id below `before`, newest first.
    package static func list(
        _ filter: Filter,
        before: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Deployment] {
        try tx.run(
            """
            SELECT d.id, p.name AS project, r.version AS release, en.name AS environment, d.kind, d.state, d.reason,
                   t.name AS trigger, d.requested_by, d.cancel_requested_at IS NOT NULL AS cancel_requested,
                   d.created_at, d.finished_at, d.repeats_id, d.repeats_as, d.traceparent,
                   (SELECT g.step_name FROM deployment_gate g WHERE g.deployment_id = d.id AND g.state = 'waiting'
                    ORDER BY g.step_index LIMIT 1) AS waits_for,
                   coalesce((SELECT jsonb_object_agg(c.state, c.count)
                             FROM (SELECT run.state, count(*) FROM run WHERE run.deployment_id = d.id
                                   GROUP BY run.state) c), '{}') AS run_counts
            FROM deployment d
            JOIN project p ON p.id = d.project_id
            JOIN release r ON r.id = d.release_id
            JOIN environment en ON en.id = d.environment_id
            LEFT JOIN project_trigger t ON t.id = d.trigger_id
            WHERE d.id < \(before)
              AND (\(filter.only)::bigint IS NULL OR d.id = \(filter.only))
              AND (\(filter.project)::text IS NULL OR p.name = \(filter.project))
              AND (\(filter.environment)::text IS NULL OR en.name = \(filter.environment))
              AND (\(filter.state)::text IS NULL OR d.state = \(filter.state))
              AND in_sight(\(seen.places)::bigint[], d.environment_id, d.project_id)
              -- Follows from it, and can be looked up in an index.
              AND in_sight(\(seen.environments)::bigint[], d.environment_id)
              AND in_sight(\(seen.projects)::bigint[], d.project_id)
            ORDER BY d.id DESC LIMIT \(limit)
            """
        ).map(Deployment.init(row:))
    }

    /// Open deployments in which something may be left to do although nobody reports: what a node that died did not
    /// get to, and machines that became free or were lost meanwhile.
    static func mayBeStuck(limit: Int, in tx: borrowing Transaction) throws -> [ID<Deployment>] {
        try tx.run(
            """
            SELECT d.id FROM deployment d
            WHERE d.state = 'running'
              AND (d.cancel_requested_at IS NOT NULL
                   OR NOT EXISTS (SELECT 1 FROM run r WHERE r.deployment_id = d.id AND r.state IN ('pending', 'running'))
                   OR EXISTS (SELECT 1 FROM run r JOIN machine m ON m.id = r.machine_id
                              WHERE r.deployment_id = d.id AND r.state IN ('pending', 'running')
                                AND (NOT m.enabled OR m.deleted_at IS NOT NULL
                                     OR m.health NOT IN ('Healthy', 'HasWarnings')
                                     OR NOT EXISTS (SELECT 1 FROM step_run s WHERE s.machine_id = m.id
                                                    AND s.state IN ('offered', 'running')))))
            ORDER BY d.id LIMIT \(limit)
            """
        ).map { try $0["id"] }
    }

    /// Locks it until the transaction ends; false: somebody else holds it.
    static func tryLock(_ id: ID<Deployment>, in tx: borrowing Transaction) throws -> Bool {
        try !tx.run("SELECT 1 FROM deployment WHERE id = \(id) FOR UPDATE SKIP LOCKED").isEmpty
    }

    /// Open deployments that have something to do on the machine.
    static func open(onMachine machine: ID<Machine>, in tx: borrowing Transaction) throws -> [ID<Deployment>]
    {
        try tx.run(
            """
            SELECT DISTINCT deployment_id FROM run
            WHERE machine_id = \(machine) AND state IN ('pending', 'running')
            ORDER BY deployment_id LIMIT 100
            """
        ).map { try $0["deployment_id"] }
    }
}

extension Deployment {
    init(row: Row) throws {
        let counts: String = try row["run_counts"]
        self.init(
            id: try row["id"],
            project: try row["project"],
            release: try row["release"],
            environment: try row["environment"],
            kind: try row["kind"],
            trigger: try row["trigger"],
            state: try row["state"],
            reason: try row["reason"],
            requestedBy: try row["requested_by"],
            cancelRequested: try row["cancel_requested"],
            createdAt: try row["created_at"],
            finishedAt: try row["finished_at"],
            runCounts: try JSONText.decode(from: counts),
            repeats: try row["repeats_id"],
            repeatsAs: try row["repeats_as"],
            waitsFor: try row["waits_for"],
            traceparent: try row["traceparent"]
        )
    }
}
