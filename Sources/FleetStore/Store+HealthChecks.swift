package import FleetModel
package import Postgres

extension Store {
    /// Returns false when the check was given out again meanwhile. Whatever waited for it is moved on afterwards.
    package func finishCheck(
        _ check: ID<HealthCheck>,
        result: AgentV1.CheckResultRequest,
        by agent: AgentIdentity
    ) async throws -> Bool {
        let taken = try await unitOfWork(by: agent.principal) { tx, changes in
            try HealthCheckCommands.report(check, result, by: agent, in: tx, &changes)
        }
        if taken { try await advanceDeployments(onMachine: agent.machineID) }
        return taken
    }
}

/// A check on demand, as one command.
package enum HealthCheckRequest {
    package static func run(
        _ nameOrID: String,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> HealthCheck {
        guard let machine = try MachineRows.lock(nameOrID, seen: changes.seen(in: tx), in: tx) else {
            throw StoreError.notFound(what: "machine", which: nameOrID)
        }
        let place = AccessPlace.environment(machine.machine.environment)
        try changes.require(.operateMachines, at: [place], of: "machine", nameOrID)
        return try HealthCheckCommands.request(machine, by: actor, in: tx, &changes)
    }
}
