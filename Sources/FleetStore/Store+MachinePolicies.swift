package import FleetModel
import FleetRules
import Postgres

/// What is done to machine policies.
enum MachinePolicyCommands {
    static func apply(
        _ documents: [Document],
        _ actions: inout [String: String],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let wanted = documents.compactMap {
            if case .machinePolicy(let document) = $0 { document } else { nil }
        }
        guard !wanted.isEmpty else { return }
        let applied = try MachinePolicyRows.apply(wanted, in: tx)
        try HealthCheckDueRows.dueNow(followersOf: applied.map(\.name), in: tx)
        for row in applied {
            actions["MachinePolicy \(row.name)"] = row.created ? "created" : "changed"
            changes.post(.machinePolicy(.applied(name: row.name, created: row.created)))
        }
        let faults = try MachinePolicyRows.withoutScript(in: tx).map { name in
            let index = documents.firstIndex { $0.kind == "MachinePolicy" && $0.name == name }
            return StoreError.Fault(
                index.map { "documents[\($0)].healthCheck.script" } ?? "documents",
                "machine policy '\(name)' would check with a script and have none: "
                    + "say it there, or in the policy 'default'"
            )
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }
}

extension Store {
    /// Deletes a policy that nothing follows.
    package func deleteMachinePolicy(
        _ name: String,
        if condition: ConfigurationCondition? = nil,
        by principal: Principal
    ) async throws {
        guard name != MachinePolicy.defaultName else {
            throw StoreError.conflict(
                "the machine policy '\(name)' cannot be deleted: it applies to machines that name none; apply it to change it"
            )
        }
        try await unitOfWork(by: principal) { tx, changes in
            try changes.require(.configure, at: .everywhere)
            try condition?.check(.machinePolicy, name, seen: .everything, in: tx)
            guard let policy = try MachinePolicyRows.lock(name, in: tx) else {
                throw StoreError.notFound(what: "machine policy", which: name)
            }
            let users = try MachinePolicyRows.users(of: policy, most: 5, in: tx)
            guard users.count == 0 else {
                let more =
                    users.count > users.names.count ? " and \(users.count - users.names.count) more" : ""
                throw StoreError.conflict(
                    "machine policy '\(name)' is followed by \(users.names.joined(separator: ", "))\(more): "
                        + "give them another one first"
                )
            }
            try MachinePolicyRows.delete(policy, in: tx)
            changes.post(.machinePolicy(.deleted(name: name)))
        }
    }
}
