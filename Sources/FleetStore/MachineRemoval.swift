package import FleetModel
import FleetRules
package import Postgres

/// The one way a machine is deleted, whoever asks: the same event, the same end of its needs. Its open runs
/// end when their deployments are next moved on, which the caller does after the commit:
/// `Store.advanceDeployments(onMachine:)`.
package enum MachineRemoval {
    /// The machine's row is locked.
    package static func remove(
        _ machine: ID<Machine>,
        name: String,
        environment: ID<Environment>?,
        reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try MachineRows.markDeleted(machine, in: tx)
        try NeedRows.withdraw(machine: machine, because: "machine \(name) was deleted: \(reason)", in: tx)
        try QuarantineRelease.of(deleted: machine, by: changes.actor, in: tx)
        let subject = EventSubject(machine: machine, environment: environment)
        changes.post(.machineDeleted(subject, name: name, reason: reason))
    }
}
