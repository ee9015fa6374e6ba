import FleetModel
import FleetRules
import Postgres

/// Ends an environment: its projects' teardown processes first, then its machines, then itself. Any node may move it
/// on; asked again when nothing happened, it does nothing.
struct EnvironmentTeardown {
    let environment: ID<Environment>
    let name: String
    /// Who or what wants it gone.
    let reason: String

    private var subject: EventSubject { EventSubject(environment: environment) }

    /// From now on nothing is deployed there and nobody joins. The environment's row is locked.
    func begin(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let begun = try tx.run(
            """
            UPDATE ephemeral_environment SET teardown_at = now(), teardown_reason = \(reason)
            WHERE environment_id = \(environment) AND teardown_at IS NULL
            """
        ).affected
        guard begun == 1 else { return }
        changes.post(.environment(.teardownStarted(subject, name: name, reason: reason)))
        try revokeTokens(in: tx, &changes)
        let open = try tx.run(
            """
            SELECT id FROM deployment
            WHERE environment_id = \(environment) AND state = 'running' AND kind <> 'teardown' ORDER BY id
            """
        )
        for row in open { _ = try DeploymentCommands.cancel(try row["id"], in: tx, &changes) }
        let machines = try machines(in: tx).map(\.id)
        try NeedRows.touch(machines: machines, projects: [], in: tx)
        changes.wakeScanner()
    }

    /// Returns machines whose deployments are to be moved on after the commit. The environment's row is locked.
    func proceed(
        _ life: EphemeralRows.Life,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Machine>] {
        let running: Int = try tx.run(
            """
            SELECT count(*) AS n FROM deployment
            WHERE environment_id = \(environment) AND kind = 'teardown' AND state = 'running'
            """
        )[0]["n"]
        let pending = try pendingProjects(in: tx)
        let step = TeardownRule.next(
            running: running,
            pending: pending.count,
            attempts: life.attempts,
            retryAt: life.retryAt,
            now: try DatabaseClock.now(in: tx)
        )
        switch step {
        case .wait: return []
        case .start:
            try start(pending.map(\.id), attempt: life.attempts + 1, in: tx, &changes)
            return []
        case .fail(let retryAfter):
            try fail(pending, retryAfterSeconds: retryAfter, in: tx, &changes)
            return []
        case .remove: return try remove(in: tx, &changes)
        }
    }

    /// Removes machines and environment without more ado.
    func remove(in tx: borrowing Transaction, _ changes: inout Changes) throws -> [ID<Machine>] {
        let machines = try machines(in: tx)
        for machine in machines {
            try MachineRemoval.remove(
                machine.id,
                name: machine.name,
                environment: environment,
                reason: "its environment \(name) was deleted: \(reason)",
                in: tx,
                &changes
            )
        }
        try revokeTokens(in: tx, &changes)
        try SecretRows.deleteAll(of: environment, in: tx)
        try tx.run(
            """
            UPDATE pin SET ended_at = now(), ended_by = \(changes.actor), end_reason = 'environmentDeleted'
            WHERE environment_id = \(environment) AND ended_at IS NULL
            """
        )
        try tx.run(
            """
            UPDATE environment SET name = left(name, 40) || '.deleted.' || id, deleted_at = now(), updated_at = now()
            WHERE id = \(environment)
            """
        )
        changes.post(.environment(.deleted(subject, name: name, reason: reason)))
        return machines.map(\.id)
    }

    private func machines(in tx: borrowing Transaction) throws -> [(id: ID<Machine>, name: String)] {
        try tx.run(
            """
            SELECT id, name FROM machine WHERE environment_id = \(environment) AND deleted_at IS NULL
            ORDER BY id FOR UPDATE
            """
        ).map { (try $0["id"], try $0["name"]) }
    }

    private func revokeTokens(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let revoked = try tx.run(
            """
            UPDATE join_token SET revoked_at = now()
            WHERE environment_id = \(environment) AND revoked_at IS NULL RETURNING prefix
            """
        )
        for row in revoked { changes.post(.tokenRevoked(subject, prefix: try row["prefix"])) }
    }

    /// Projects that are on machines there, have a teardown process, and have not run it with success.
    private func pendingProjects(in tx: borrowing Transaction) throws -> [(id: ID<Project>, name: String)] {
        try tx.run(
            """
            SELECT p.id, p.name FROM project p
            WHERE jsonb_array_length(p.teardown) > 0
              AND EXISTS (SELECT 1 FROM machine_release mr JOIN machine m ON m.id = mr.machine_id
                          WHERE mr.project_id = p.id AND m.environment_id = \(environment) AND m.deleted_at IS NULL)
              AND NOT EXISTS (SELECT 1 FROM deployment d
                              WHERE d.project_id = p.id AND d.environment_id = \(environment)
                                AND d.kind = 'teardown' AND d.state = 'succeeded')
            ORDER BY p.id
            """
        ).map { (try $0["id"], try $0["name"]) }
    }

    /// A teardown is the deployment of a release that is made for it: the project's teardown steps and variables as they
    /// are now.
    private func start(
        _ projects: [ID<Project>],
        attempt: Int,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try tx.run(
            """
            UPDATE ephemeral_environment SET teardown_attempts = \(attempt), teardown_retry_at = NULL
            WHERE environment_id = \(environment)
            """
        )
        let targets = try machines(in: tx)
        for project in projects {
            let release = try tx.run(
                """
                INSERT INTO release (project_id, version, process, variables, environment_variables, notes,
                                     created_by)
                SELECT id, \("teardown-\(environment)-\(attempt)"), teardown, variables,
                       environment_variables,
                       \("Made to tear down environment \(name)."), \(changes.actor)
                FROM project WHERE id = \(project)
                RETURNING id
                """
            )[0]
            _ = try DeploymentCreation.create(
                DeploymentCreation.Order(
                    project: project,
                    release: try release["id"],
                    environment: environment,
                    kind: .teardown,
                    trigger: nil,
                    machines: targets.map { .init(machine: $0.id, need: nil) }
                ),
                by: "environment:\(name)",
                in: tx,
                &changes
            )
        }
    }

    private func fail(
        _ projects: [(id: ID<Project>, name: String)],
        retryAfterSeconds: Int?,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try tx.run(
            """
            UPDATE ephemeral_environment SET teardown_retry_at = now() + make_interval(secs => \(retryAfterSeconds ?? 0))
            WHERE environment_id = \(environment)
            """
        )
        let names = projects.map(\.name).joined(separator: ", ")
        let event = EnvironmentEvent.teardownFailed(
            subject,
            name: name,
            reason: "the teardown of \(names) did not succeed",
            retryAfterSeconds: retryAfterSeconds
        )
        changes.post(.environment(event))
    }
}
