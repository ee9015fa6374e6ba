package import FleetModel
import FleetRules
package import Postgres

/// Moves a deployment on: locks it, asks the pure state machine what to do, and does it. Any node may, at any time;
/// asked again when nothing happened, it does nothing.
package enum DeploymentAdvance {
    package static func advance(
        _ id: ID<Deployment>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        var isDone = false
        while !isDone, let facts = try DeploymentFactsRows.lockAndLoad(id, in: tx) {
            let actions = DeploymentMachine.advance(facts)
            guard !actions.isEmpty else { return }
            try DeploymentActionRows(deployment: id).carryOut(actions, in: tx, &changes)
            // Each health check takes new machines in once, so this ends.
            isDone = !actions.contains(.includeNew)
        }
    }
}
