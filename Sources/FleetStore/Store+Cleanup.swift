package import FleetModel
import FleetRules
package import Postgres

extension Store {
    /// Deletes expired machines, each in a transaction of its own: one that cannot be deleted is told of, keeps none of
    /// the others waiting, and is tried again later.
    package func purge(_ machines: [ID<Machine>]) async throws {
        for machine in machines {
            do {
                try await unitOfWork(by: "node:\(node)") { tx, changes in
                    try Purge.run(machine, in: tx, &changes)
                }
            } catch let error as PostgresError where !error.isConnectionProblem {
                try await unitOfWork(by: "node:\(node)") { tx, changes in
                    try Purge.noteFailure(of: machine, because: "\(error)", in: tx, &changes)
                }
                continue
            }
            try await advanceDeployments(onMachine: machine)
        }
    }
}

/// The second stage of cleanup.
private enum Purge {
    /// Longest time between two attempts.
    private static let longestRetrySeconds = 3600

    /// Does nothing to a machine that came back, or was restored, in the meantime.
    static func run(_ machine: ID<Machine>, in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let row = try tx.run(
            """
            SELECT m.name, m.environment_id, p.name AS policy FROM machine m
            JOIN machine_policy p ON p.id = coalesce(m.policy_id, (SELECT id FROM machine_policy WHERE name = 'default'))
            WHERE m.id = \(machine) AND m.deleted_at IS NULL AND m.expired_at IS NOT NULL AND m.health = 'Unavailable'
            FOR UPDATE OF m
            """
        ).first
        guard let row else { return }
        let policy: String = try row["policy"]
        changes.act(as: "policy:\(policy)")
        try MachineRemoval.remove(
            machine,
            name: try row["name"],
            environment: try row["environment_id"],
            reason: "policy \(policy) deletes machines that stay unavailable",
            in: tx,
            &changes
        )
    }

    static func noteFailure(
        of machine: ID<Machine>,
        because reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let row = try tx.run(
            """
            UPDATE machine SET purge_failures = purge_failures + 1,
                   purge_retry_at = now() + make_interval(secs => least(60 * (purge_failures + 1), \(longestRetrySeconds)))
            WHERE id = \(machine) AND deleted_at IS NULL AND expired_at IS NOT NULL
            RETURNING name, environment_id
            """
        ).first
        guard let row else { return }
        let subject = EventSubject(machine: machine, environment: try row["environment_id"])
        changes.post(.cleanup(.failed(subject, name: try row["name"], reason: reason)))
    }
}

/// What people do about cleanup.
package enum CleanupCommands {
    /// Takes an expired machine back; its unavailability counts anew.
    package static func restore(
        _ nameOrID: String,
        by actor: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Machine {
        guard let found = try MachineRows.lock(nameOrID, seen: changes.seen(in: tx), in: tx) else {
            throw StoreError.notFound(what: "machine", which: nameOrID)
        }
        let machine = found.machine
        let place = AccessPlace.environment(machine.environment)
        try changes.require(.operateMachines, at: [place], of: "machine", nameOrID)
        let row = try tx.run(
            """
            UPDATE machine SET expired_at = NULL, restored_at = now(), purge_failures = 0, purge_retry_at = NULL,
                               updated_at = clock_timestamp()
            WHERE id = \(machine.id) AND expired_at IS NOT NULL
            RETURNING environment_id
            """
        ).first
        guard let row else {
            throw StoreError.conflict(
                "machine \(machine.name) has not expired: there is nothing to restore"
            )
        }
        let subject = EventSubject(machine: machine.id, environment: try row["environment_id"])
        changes.post(.cleanup(.restored(subject, name: machine.name, reason: "by \(actor)")))
        guard let after = try MachineRows.find(byID: machine.id, in: tx) else { return machine }
        return after.machine
    }

    /// Lets the machines of a policy go that are silent now; those that fall silent later are guarded anew.
    package static func allow(
        policy name: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> CleanupAllowed {
        try changes.require(.operateMachines, at: .everywhere)
        let policy = try policyID(name, in: tx)
        let held = try tx.run("DELETE FROM cleanup_hold WHERE policy_id = \(policy)").affected
        guard held == 1 else {
            throw StoreError.conflict("cleanup of policy \(name) is not held: there is nothing to allow")
        }
        let machines = try tx.run(
            """
            UPDATE machine m SET cleanup_allowed_at = now()
            FROM (SELECT id FROM machine
                  WHERE coalesce(policy_id, (SELECT id FROM machine_policy WHERE name = 'default')) = \(policy)
                    AND deleted_at IS NULL AND health = 'Unavailable'
                  ORDER BY id FOR NO KEY UPDATE) b
            WHERE m.id = b.id
            """
        ).affected
        changes.post(.cleanup(.allowed(policy: name, machines: machines)))
        return CleanupAllowed(policy: name, machines: machines)
    }

    static func policyID(_ name: String, in tx: borrowing Transaction) throws -> Int64 {
        let row = try tx.run("SELECT id FROM machine_policy WHERE name = \(name)").first
        guard let row else { throw StoreError.notFound(what: "machine policy", which: name) }
        return try row["id"]
    }
}
