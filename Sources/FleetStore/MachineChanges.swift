import FleetModel
import FleetRules
import Postgres

/// A person's change to a machine, and the events it is worth.
enum MachineChanges {
    /// The row of `before` is locked.
    static func make(
        _ change: MachineChange,
        to before: VersionedMachine,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> VersionedMachine {
        let machine = before.machine
        let environment = change.environment ?? machine.environment
        guard let environmentID = try EnvironmentRows.ids(of: [environment], in: tx)[environment] else {
            throw StoreError.invalid(
                field: "environment",
                "there is no environment '\(environment)': apply it first"
            )
        }
        if environment != machine.environment {
            try EphemeralRows.refuseEnding(environmentID, named: environment, in: tx)
        }
        let enabled = change.enabled ?? machine.enabled
        let roles = change.roles ?? machine.roles
        let policy = change.policy ?? machine.policy ?? MachinePolicy.defaultName
        let policyID = try MachinePolicyRows.reference(to: policy, in: tx)
        let differences = differences(of: machine, environment: environment, roles: roles, policy: policy)
        guard enabled != machine.enabled || !differences.isEmpty else { return before }
        try MachineRows.update(
            machine.id,
            enabled: enabled,
            environment: environmentID,
            roles: roles,
            policy: policyID,
            in: tx
        )
        if policy != machine.policy { try HealthCheckDueRows.dueNow(machine.id, in: tx) }
        let subject = EventSubject(machine: machine.id, environment: environmentID)
        // The properties first: an enabling that follows is judged by the machine as it then is.
        if !differences.isEmpty {
            changes.post(.machinePropertiesChanged(subject, name: machine.name, changes: differences))
        }
        if enabled != machine.enabled {
            changes.post(.machineEnabledChanged(subject, name: machine.name, enabled: enabled))
        }
        guard let after = try MachineRows.find(byID: machine.id, in: tx) else {
            throw StoreError.notFound(what: "machine", which: machine.name)
        }
        return after
    }

    private static func differences(
        of machine: Machine,
        environment: String,
        roles: [String],
        policy: String
    ) -> [String] {
        var differences: [String] = []
        if environment != machine.environment {
            differences.append("environment \(machine.environment) -> \(environment)")
        }
        if Set(roles) != Set(machine.roles) {
            differences.append("roles \(list(machine.roles)) -> \(list(roles))")
        }
        let before = machine.policy ?? MachinePolicy.defaultName
        if policy != before {
            differences.append("policy \(before) -> \(policy)")
        }
        return differences
    }

    private static func list(_ roles: [String]) -> String {
        roles.sorted().joined(separator: ", ")
    }
}
