import FleetModel
import FleetStore
import Postgres

/// What tests of deployments to transient targets set up.
extension Fleet {
    func settings(_ settings: DeploymentSettings) async throws {
        let shop = shop
        _ = try await store.read { tx in
            try tx.run(
                """
                UPDATE project SET unavailable_targets = \(settings.unavailableTargets.rawValue),
                                   unhealthy_targets = \(settings.unhealthyTargets.rawValue),
                                   minimum_healthy_percent = \(settings.minimumHealthy)
                WHERE id = \(shop)
                """
            )
        }
    }

    /// Puts the machine under a policy that lets it be offline.
    func mayBeOffline(_ machine: ID<Machine>) async throws {
        _ = try await store.read { tx in
            try tx.run(
                """
                WITH policy AS (INSERT INTO machine_policy (name, may_be_offline) VALUES ('laptops', true) RETURNING id)
                UPDATE machine SET policy_id = policy.id FROM policy WHERE machine.id = \(machine)
                """
            )
        }
    }

    /// A trigger that only the joining of a machine fires.
    func triggerOnJoin() async throws {
        let id = try await trigger()
        _ = try await store.read { tx in
            try tx.run(
                """
                UPDATE project_trigger SET event_groups = '{}', event_categories = '{MachineAdded}' WHERE id = \(id)
                """
            )
        }
    }
}
