package import FleetModel
import FleetRules
import Postgres

extension Store {
    /// Changes what `change` names; a change that changes nothing writes nothing.
    ///
    /// `ifVersion` refuses the change with `VersionMismatch` when the row is not at that version any more.
    package func changeMachine(
        _ nameOrID: String,
        _ change: MachineChange,
        ifVersion: Int64? = nil,
        by principal: Principal
    ) async throws -> VersionedMachine {
        if let roles = change.roles {
            let faults = RoleRule.faults(of: roles)
            guard faults.isEmpty else { throw StoreError.faults(faults) }
        }
        let changed = try await unitOfWork(by: principal) { tx, changes in
            guard let before = try MachineRows.lock(nameOrID, seen: changes.seen(in: tx), in: tx) else {
                throw StoreError.notFound(what: "machine", which: nameOrID)
            }
            let place = AccessPlace.environment(before.machine.environment)
            try changes.require(.operateMachines, at: [place], of: "machine", nameOrID)
            // Into the other one it needs the right there as well.
            if let environment = change.environment {
                try changes.require(.operateMachines, at: .environment(environment))
            }
            if let ifVersion, ifVersion != before.version {
                throw VersionMismatch(what: "machine \(before.machine.name)")
            }
            return try MachineChanges.make(change, to: before, in: tx, &changes)
        }
        try await advanceDeployments(onMachine: changed.machine.id)
        return changed
    }

    /// Takes a machine out of the fleet: its needs are withdrawn and its open runs end.
    package func deleteMachine(
        _ nameOrID: String,
        ifVersion: Int64? = nil,
        by principal: Principal
    ) async throws {
        let deleted = try await unitOfWork(by: principal) { tx, changes in
            guard let found = try MachineRows.lock(nameOrID, seen: changes.seen(in: tx), in: tx) else {
                throw StoreError.notFound(what: "machine", which: nameOrID)
            }
            let place = AccessPlace.environment(found.machine.environment)
            try changes.require(.operateMachines, at: [place], of: "machine", nameOrID)
            if let ifVersion, ifVersion != found.version {
                throw VersionMismatch(what: "machine \(found.machine.name)")
            }
            let environments = try EnvironmentRows.ids(of: [found.machine.environment], in: tx)
            try MachineRemoval.remove(
                found.machine.id,
                name: found.machine.name,
                environment: environments[found.machine.environment],
                reason: "by \(principal.actor)",
                in: tx,
                &changes
            )
            return found.machine.id
        }
        try await advanceDeployments(onMachine: deleted)
    }
}

/// The row changed since the caller read it.
package struct VersionMismatch: Error, CustomStringConvertible {
    package let what: String

    package var description: String {
        "\(what) has changed since it was read: read it again, and decide again"
    }
}
