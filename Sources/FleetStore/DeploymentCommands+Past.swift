package import FleetModel
import FleetRules
package import Postgres

/// What people say about deployments that have been.
extension DeploymentCommands {
    /// A rollout that failed or was cancelled counts as a success: its release is the environment's from now on.
    package static func mark(
        _ id: ID<Deployment>,
        _ request: APIV1.ReasonRequest,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Deployment {
        try ReasonRule.check(request.reason)
        let deployment = try DeploymentRows.get(id, in: tx)
        try changes.require(
            .steerReleases,
            at: AccessPlaceRows.deployment(id, in: tx),
            of: "deployment",
            "\(id)"
        )
        guard deployment.kind == .rollout else {
            throw StoreError.conflict(
                "deployment \(id) was to some machines: only a rollout says which release an environment has"
            )
        }
        let description = try DeploymentRows.describe(id, in: tx)
        if let project = description.subject.project, let environment = description.subject.environment {
            try Place.lock([Place(project: project, environment: environment)], in: tx)
        }
        switch try DeploymentRows.get(id, in: tx).state {
        case .running:
            throw StoreError.conflict("deployment \(id) is still under way: wait for it, or cancel it first")
        case .succeeded: throw StoreError.conflict("deployment \(id) is a success already")
        case .failed, .cancelled: break
        }
        try EnvironmentReleaseRows.set(
            .init(deployment: id, source: .marked, actor: actor, reason: request.reason),
            in: tx,
            &changes
        )
        changes.post(
            .pinning(.marked(description.subject, description: description.text, reason: request.reason))
        )
        return try DeploymentRows.get(id, in: tx)
    }

    /// Rolls out the release that the environment had before, or an older one that it had once.
    package static func rollBack(
        _ request: APIV1.RollbackRequest,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Deployment {
        // A refusal says how it is.
        try changes.require(.deploy, at: .of(project: request.project, in: request.environment))
        let project = try SubjectLookup.project(request.project, seen: .everything, in: tx)
        let row = try tx.run(
            "SELECT id FROM environment WHERE name = \(request.environment) AND deleted_at IS NULL"
        ).first
        guard let row else { throw StoreError.notFound(what: "environment", which: request.environment) }
        let place = Place(project: project, environment: try row["id"])
        try Place.lock([place], in: tx)
        let versions = try EnvironmentReleaseRows.versions(of: place, in: tx)
        return try create(
            APIV1.DeploymentRequest(
                project: request.project,
                release: try version(request, among: versions),
                environment: request.environment,
                machines: nil
            ),
            by: actor,
            in: tx,
            &changes
        )
    }

    private static func version(_ request: APIV1.RollbackRequest, among versions: [String]) throws -> String {
        let place = "\(request.environment) of \(request.project)"
        guard let present = versions.first else {
            throw StoreError.conflict(
                "there is nothing to go back to: no release was ever rolled out to \(place)"
            )
        }
        guard let wanted = request.release else {
            guard versions.count > 1 else {
                throw StoreError.conflict(
                    "there is nothing to go back to: \(present) is the only release that was ever rolled out to \(place)"
                )
            }
            return versions[1]
        }
        guard versions.contains(wanted) else {
            throw StoreError.conflict(
                "release \(wanted) was never rolled out to \(place): deploy it with `tidemark deploy`"
            )
        }
        guard wanted != present else {
            throw StoreError.conflict("release \(wanted) is the present one of \(place)")
        }
        return wanted
    }
}
