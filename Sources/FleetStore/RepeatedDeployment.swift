import FleetModel
import Postgres

/// A deployment that has ended, as whoever repeats it sees it.
struct RepeatedDeployment {
    let id: ID<Deployment>
    let kind: DeploymentKind
    let state: DeploymentState
    private let project: String
    private let release: String
    private let environment: String

    /// Refuses one that is under way, and one that is being repeated.
    init(_ id: ID<Deployment>, in tx: borrowing Transaction) throws {
        let row = try tx.run(
            """
            SELECT d.kind, d.state, p.name AS project, r.version AS release, en.name AS environment,
                   (SELECT o.id FROM deployment o WHERE o.repeats_id = d.id AND o.state = 'running' LIMIT 1) AS repeated_by
            FROM deployment d
            JOIN project p ON p.id = d.project_id
            JOIN release r ON r.id = d.release_id
            JOIN environment en ON en.id = d.environment_id
            WHERE d.id = \(id) FOR UPDATE OF d
            """
        ).first
        guard let row else { throw StoreError.notFound(what: "deployment", which: "\(id)") }
        self.id = id
        kind = try row["kind"]
        state = try row["state"]
        project = try row["project"]
        release = try row["release"]
        environment = try row["environment"]
        guard !state.isOpen else {
            throw StoreError.conflict("deployment \(id) is still under way: wait for it or cancel it")
        }
        let repeatedBy: ID<Deployment>? = try row["repeated_by"]
        if let repeatedBy {
            throw StoreError.conflict(
                "deployment \(repeatedBy) repeats deployment \(id) already, and is under way"
            )
        }
    }

    func request(machines: [String]?) -> APIV1.DeploymentRequest {
        APIV1.DeploymentRequest(
            project: project,
            release: release,
            environment: environment,
            machines: machines
        )
    }

    /// A rollout to the same place that was created later and succeeded.
    func laterRollout(in tx: borrowing Transaction) throws -> ID<Deployment>? {
        try tx.run(
            """
            SELECT o.id FROM deployment d
            JOIN deployment o ON o.project_id = d.project_id AND o.environment_id = d.environment_id AND o.id > d.id
            WHERE d.id = \(id) AND o.kind = 'rollout' AND o.state = 'succeeded'
            ORDER BY o.id DESC LIMIT 1
            """
        ).first.map { try $0["id"] }
    }

    /// Names of the machines that did not get the release, and got nothing of the project since.
    func machinesToRetry(in tx: borrowing Transaction) throws -> [String] {
        let rows = try tx.run(
            """
            SELECT m.name, still.there,
                   EXISTS (SELECT 1 FROM run o
                           WHERE o.machine_id = run.machine_id AND o.project_id = run.project_id AND o.id > run.id
                             AND o.state = 'succeeded') AS served_since
            FROM run
            JOIN deployment d ON d.id = run.deployment_id
            JOIN release r ON r.id = run.release_id
            JOIN machine m ON m.id = run.machine_id
            CROSS JOIN LATERAL (SELECT m.deleted_at IS NULL AND m.environment_id = d.environment_id
                                       AND release_is_for(r.process, m.roles, false) AS there) still
            WHERE run.deployment_id = \(id) AND run.state IN ('failed', 'unknown', 'cancelled')
            ORDER BY m.name
            """
        )
        guard !rows.isEmpty else {
            throw StoreError.conflict(
                "no machine of deployment \(id) failed: there is nothing to retry; to do all of it again, redeploy it"
            )
        }
        let names: [String] = try rows.filter { try $0["there"] && !$0["served_since"] }.map {
            try $0["name"]
        }
        guard !names.isEmpty else {
            throw StoreError.conflict(
                "every machine on which deployment \(id) failed was deployed to since, or is not there any more"
            )
        }
        return names
    }

    /// Names of the machines that it went to and that it could go to again.
    func machinesStillThere(in tx: borrowing Transaction) throws -> [String] {
        let names: [String] = try tx.run(
            """
            SELECT m.name
            FROM run
            JOIN deployment d ON d.id = run.deployment_id
            JOIN release r ON r.id = run.release_id
            JOIN machine m ON m.id = run.machine_id
            WHERE run.deployment_id = \(id) AND m.deleted_at IS NULL AND m.environment_id = d.environment_id
              AND release_is_for(r.process, m.roles, false)
            ORDER BY m.name
            """
        ).map { try $0["name"] }
        guard !names.isEmpty else {
            throw StoreError.conflict(
                "no machine that deployment \(id) went to is in \(environment) any more"
            )
        }
        return names
    }
}
