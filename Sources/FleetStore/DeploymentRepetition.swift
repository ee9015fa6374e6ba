package import FleetModel
package import Postgres

/// Deployments that repeat another one: on the machines that did not get the release, or on all it was for.
extension DeploymentCommands {
    /// A rollout that did not succeed is retried as a rollout: when the rest succeeds, the release is the
    /// environment's.
    package static func retry(
        _ id: ID<Deployment>,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Deployment {
        try changes.require(.deploy, at: AccessPlaceRows.deployment(id, in: tx), of: "deployment", "\(id)")
        let original = try RepeatedDeployment(id, in: tx)
        let isRollout = original.kind == .rollout && original.state != .succeeded
        if isRollout, let later = try original.laterRollout(in: tx) {
            throw StoreError.conflict(
                "deployment \(later) was rolled out there after deployment \(id), so there is nothing to finish: "
                    + "deploy the release that you want there"
            )
        }
        let machines = try original.machinesToRetry(in: tx)
        return try begin(
            original.request(machines: machines),
            isRollout ? .rollout : .selected,
            repeats: .init(deployment: id, kind: .retry),
            by: actor,
            in: tx,
            &changes
        )
    }

    /// A rollout goes to all machines that are in the environment now, others to the machines they went to.
    package static func redeploy(
        _ id: ID<Deployment>,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Deployment {
        try changes.require(.deploy, at: AccessPlaceRows.deployment(id, in: tx), of: "deployment", "\(id)")
        let original = try RepeatedDeployment(id, in: tx)
        let isRollout = original.kind == .rollout
        return try begin(
            original.request(machines: isRollout ? nil : try original.machinesStillThere(in: tx)),
            isRollout ? .rollout : .selected,
            repeats: .init(deployment: id, kind: .redeploy),
            by: actor,
            in: tx,
            &changes
        )
    }
}
