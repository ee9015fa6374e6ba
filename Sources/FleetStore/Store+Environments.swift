package import FleetModel
import FleetRules
package import Postgres

/// Ephemeral environments that have come to something, found by looking. The leader does it with every sweep.
package enum EnvironmentSweep {
    /// Most that are looked at, and most that are moved on at a time.
    private static let most = (lookedAt: 1000, movedOn: 20)

    /// Those to hand to `Store.endEnvironments`.
    package static func due(in tx: borrowing Transaction) throws -> [ID<Environment>] {
        let now = try DatabaseClock.now(in: tx)
        let due = try EphemeralRows.list(limit: most.lookedAt, in: tx).filter { life in
            if life.teardownAt != nil { return true }
            if case .keep = EnvironmentExpiryRule.plan(life.facts, now: now) { return false }
            return true
        }
        return due.prefix(most.movedOn).map(\.id)
    }
}

extension Store {
    /// Announces or ends environments whose time has come, each in a transaction of its own.
    package func endEnvironments(_ environments: [ID<Environment>]) async throws {
        for environment in environments {
            let machines = try await unitOfWork(by: "node:\(node)") { tx, changes in
                try Self.end(environment, in: tx, &changes)
            }
            for machine in machines { try await advanceDeployments(onMachine: machine) }
        }
    }

    private static func end(
        _ id: ID<Environment>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Machine>] {
        guard let life = try EphemeralRows.lock(id, in: tx) else { return [] }
        if life.teardownAt != nil {
            let teardown = EnvironmentTeardown(
                environment: id,
                name: life.name,
                reason: life.teardownReason
            )
            return try teardown.proceed(life, in: tx, &changes)
        }
        switch EnvironmentExpiryRule.plan(life.facts, now: try DatabaseClock.now(in: tx)) {
        case .keep: return []
        case .warn(let endsAt, let reason):
            try tx.run("UPDATE ephemeral_environment SET warned_at = now() WHERE environment_id = \(id)")
            let subject = EventSubject(environment: id)
            changes.post(.environment(.expiring(subject, name: life.name, endsAt: endsAt, reason)))
            return []
        case .tearDown(let end):
            let teardown = EnvironmentTeardown(environment: id, name: life.name, reason: end.inWords)
            try teardown.begin(in: tx, &changes)
            return try teardown.proceed(life, in: tx, &changes)
        }
    }

    /// Deletes a static environment that has no machines, or begins the teardown of an ephemeral one. `force` removes
    /// the machines of a static one too, and leaves out the teardown processes of an ephemeral one.
    package func deleteEnvironment(
        _ name: String,
        force: Bool,
        if condition: ConfigurationCondition? = nil,
        by principal: Principal
    ) async throws {
        let machines = try await unitOfWork(by: principal) { tx, changes in
            // First: what is not as it was read says who changed it.
            try changes.require(.operateEnvironments, at: .environment(name))
            try condition?.check(.environment, name, seen: changes.seen(in: tx), in: tx)
            return try EnvironmentCommands.delete(name, force: force, by: principal.actor, in: tx, &changes)
        }
        for machine in machines { try await advanceDeployments(onMachine: machine) }
    }
}
