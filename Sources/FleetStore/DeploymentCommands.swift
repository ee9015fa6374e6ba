package import FleetModel
import FleetRules
package import Postgres

/// What people do with deployments.
package enum DeploymentCommands {
    /// Deploys a release to an environment, or to machines of it that are named. A rollout to an environment without
    /// machines succeeds at once and makes the release the environment's, for those that arrive later.
    package static func create(
        _ request: APIV1.DeploymentRequest,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Deployment {
        let kind = (request.machines ?? []).isEmpty ? DeploymentKind.rollout : .selected
        return try begin(request, kind, repeats: nil, by: actor, in: tx, &changes)
    }

    /// A rollout that names machines is one that repeats another on those that did not get the release.
    static func begin(
        _ request: APIV1.DeploymentRequest,
        _ kind: DeploymentKind,
        repeats: DeploymentCreation.Repetition?,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Deployment {
        let names = request.machines ?? []
        // Before it is looked up: what is not there and what is hidden are refused alike.
        let asked = AccessPlace.of(project: request.project, in: request.environment)
        try changes.require(.deploy, at: asked)
        let target = try resolve(request, in: tx)
        // Whoever passes a freeze or the order of environments steers what others rely on.
        if request.ignoreFreeze == true || request.skipPromotion == true {
            try changes.require(.steerReleases, at: asked)
        }
        let place = Place(project: target.project, environment: target.environment)
        try Place.lock([place], in: tx)
        let note = try ReleaseGate.check(request, place: place, release: target.release, in: tx)
        if kind == .rollout { try refuseSecondRollout(target, request, in: tx) }
        let machines = try machines(of: target, named: names, request, seen: changes.seen(in: tx), in: tx)
        let id = try DeploymentCreation.create(
            DeploymentCreation.Order(
                project: target.project,
                release: target.release,
                environment: target.environment,
                kind: kind,
                trigger: nil,
                machines: machines.map { .init(machine: $0, need: nil) },
                note: note,
                repeats: repeats
            ),
            by: actor,
            in: tx,
            &changes
        )
        return try DeploymentRows.get(id, in: tx)
    }

    /// Asks for the deployment to end: what has not begun is not begun, what runs is stopped.
    package static func cancel(
        _ id: ID<Deployment>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Deployment {
        // Before it is locked, since its place never changes.
        try changes.require(.deploy, at: AccessPlaceRows.deployment(id, in: tx), of: "deployment", "\(id)")
        let row = try tx.run(
            "SELECT state, cancel_requested_at IS NOT NULL AS requested FROM deployment WHERE id = \(id) FOR UPDATE"
        ).first
        guard let row else { throw StoreError.notFound(what: "deployment", which: "\(id)") }
        let state: DeploymentState = try row["state"]
        guard state.isOpen else {
            throw StoreError.conflict("deployment \(id) has already ended: \(state.rawValue)")
        }
        let requested: Bool = try row["requested"]
        if !requested {
            try tx.run("UPDATE deployment SET cancel_requested_at = now() WHERE id = \(id)")
            let description = try DeploymentRows.describe(id, in: tx)
            changes.post(.deploymentCancelRequested(description.subject, description: description.text))
            let running = try tx.run(
                "SELECT machine_id FROM step_run WHERE deployment_id = \(id) AND state IN ('offered', 'running')"
            )
            for row in running { changes.gaveWork(to: try row["machine_id"]) }
            try DeploymentAdvance.advance(id, in: tx, &changes)
        }
        return try DeploymentRows.get(id, in: tx)
    }

    private struct Target {
        let project: ID<Project>
        let release: ID<Release>
        let environment: ID<Environment>
    }

    private static func resolve(
        _ request: APIV1.DeploymentRequest,
        in tx: borrowing Transaction
    ) throws -> Target {
        let row = try tx.run(
            """
            SELECT (SELECT id FROM project WHERE name = \(request.project)) AS project_id,
                   (SELECT r.id FROM release r JOIN project p ON p.id = r.project_id
                    WHERE p.name = \(request.project) AND r.version = \(request.release)) AS release_id,
                   (SELECT id FROM environment WHERE name = \(request.environment) AND deleted_at IS NULL) AS environment_id
            """
        ).first
        let project: ID<Project>? = try row.flatMap { try $0["project_id"] }
        let release: ID<Release>? = try row.flatMap { try $0["release_id"] }
        let environment: ID<Environment>? = try row.flatMap { try $0["environment_id"] }
        guard let project else { throw StoreError.notFound(what: "project", which: request.project) }
        guard let release else {
            throw StoreError.notFound(what: "release", which: "\(request.project) \(request.release)")
        }
        guard let environment else {
            throw StoreError.notFound(what: "environment", which: request.environment)
        }
        try EphemeralRows.refuseEnding(environment, named: request.environment, in: tx)
        return Target(project: project, release: release, environment: environment)
    }

    private static func refuseSecondRollout(
        _ target: Target,
        _ request: APIV1.DeploymentRequest,
        in tx: borrowing Transaction
    ) throws {
        let open = try tx.run(
            """
            SELECT id FROM deployment
            WHERE project_id = \(target.project) AND environment_id = \(target.environment)
              AND kind = 'rollout' AND state = 'running'
            """
        ).first
        guard let open else { return }
        let id: ID<Deployment> = try open["id"]
        throw StoreError.conflict(
            "deployment \(id) of \(request.project) to \(request.environment) is still under way: wait for it or cancel it"
        )
    }

    /// Machines that a step of the release is for: all of the environment, or those named, which must all qualify.
    private static func machines(
        of target: Target,
        named names: [String],
        _ request: APIV1.DeploymentRequest,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [ID<Machine>] {
        let rows = try tx.run(
            """
            SELECT m.id, m.name, m.environment_id = \(target.environment) AS is_there, m.expired_at IS NOT NULL AS expired,
                   release_is_for(r.process, m.roles, false) AS has_step
            FROM machine m JOIN release r ON r.id = \(target.release)
            WHERE m.deleted_at IS NULL
              AND (m.name = ANY (\(names)::text[]) AND in_sight(\(seen.environments)::bigint[], m.environment_id)
                   OR \(names.isEmpty) AND m.environment_id = \(target.environment) AND m.expired_at IS NULL)
            ORDER BY m.id
            """
        )
        if names.isEmpty { return try rows.filter { try $0["has_step"] }.map { try $0["id"] } }
        var found: [String: Row] = [:]
        for row in rows { found[try row["name"]] = row }
        return try Set(names).sorted().map { name in
            guard let row = found[name] else { throw StoreError.notFound(what: "machine", which: name) }
            guard try row["is_there"] else {
                throw StoreError.invalid(
                    field: "machines",
                    "machine '\(name)' is not in \(request.environment)"
                )
            }
            guard try !row["expired"] else {
                throw StoreError.conflict(
                    "machine '\(name)' has expired: restore it first, with 'tidemark machine restore \(name)'"
                )
            }
            guard try row["has_step"] else {
                throw StoreError.invalid(
                    field: "machines",
                    "no step of \(request.project) \(request.release) is for the roles of machine '\(name)'"
                )
            }
            return try row["id"]
        }
    }
}
