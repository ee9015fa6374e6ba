package import FleetModel
import FleetRules
package import Postgres

/// A machine with the version of its row, for If-Match: presence changes every few seconds and is no part of
/// it.
package struct VersionedMachine: Sendable, Equatable {
    package let machine: Machine
    /// Grows with every change of the row.
    package let version: Int64
}

/// The SQL of `machine`, as people list, read and change it.
package enum MachineRows {
    /// Which machines to list; nil fields do not restrict.
    package struct Filter: Sendable {
        package var environment: String?
        package var role: String?
        package var health: MachineHealth?
        /// How the name begins.
        package var prefix: String?

        package init(
            environment: String? = nil,
            role: String? = nil,
            health: MachineHealth? = nil,
            prefix: String? = nil
        ) {
            self.environment = environment
            self.role = role
            self.health = health
            self.prefix = prefix
        }
    }

    /// Those that are not deleted, by id, after `after`; without what their last checks found.
    package static func list(
        _ filter: Filter,
        after: ID<Machine>,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Machine] {
        try tx.run(
            """
            SELECT m.id, m.name, m.incarnation, e.name AS environment, m.roles, m.enabled, m.health, m.health_since,
                   s.seen_at, m.expired_at, m.facts, m.created_at, m.updated_at, coalesce(p.name, 'default') AS policy, m.ephemeral,
                   NULL AS last_check
            FROM machine m
            JOIN environment e ON e.id = m.environment_id
            LEFT JOIN machine_policy p ON p.id = m.policy_id
            LEFT JOIN machine_presence s ON s.machine_id = m.id
            WHERE m.deleted_at IS NULL AND m.id > \(after)
              AND in_sight(\(seen.environments)::bigint[], m.environment_id)
              AND (\(filter.environment)::text IS NULL OR e.name = \(filter.environment))
              AND (\(filter.role)::text IS NULL OR \(filter.role) = ANY (m.roles))
              AND (\(filter.health)::text IS NULL OR m.health = \(filter.health))
              AND (\(filter.prefix)::text IS NULL OR starts_with(m.name, \(filter.prefix)))
            ORDER BY m.id LIMIT \(limit)
            """
        ).map { try VersionedMachine(row: $0).machine }
    }

    /// One that is not deleted, by its name or else by its id: a name may look like a number.
    package static func find(
        _ nameOrID: String,
        seen: Seen = .everything,
        in tx: borrowing Transaction
    ) throws -> VersionedMachine? {
        try tx.run(
            """
            SELECT m.id, m.name, m.incarnation, e.name AS environment, m.roles, m.enabled, m.health, m.health_since,
                   s.seen_at, m.expired_at, m.facts, m.created_at, m.updated_at, coalesce(p.name, 'default') AS policy, m.ephemeral,
                   c.last_check
            FROM machine m
            JOIN environment e ON e.id = m.environment_id
            LEFT JOIN machine_policy p ON p.id = m.policy_id
            LEFT JOIN machine_presence s ON s.machine_id = m.id
            LEFT JOIN LATERAL (
                SELECT jsonb_build_object(
                           'id', h.id, 'machine', m.name, 'cause', h.cause, 'state', h.state,
                           'requestedBy', h.requested_by, 'createdAt', h.created_at, 'concludedAt', h.concluded_at,
                           'health', h.health, 'exitCode', h.exit_code, 'reason', h.reason, 'output', h.output) AS last_check
                FROM health_check h WHERE h.machine_id = m.id AND h.state = 'concluded' ORDER BY h.id DESC LIMIT 1
            ) c ON true
            WHERE m.deleted_at IS NULL AND (m.name = \(nameOrID) OR m.id = \(Int64(nameOrID)))
              AND in_sight(\(seen.environments)::bigint[], m.environment_id)
            ORDER BY m.name = \(nameOrID) DESC LIMIT 1
            """
        ).first.map(VersionedMachine.init(row:))
    }

    /// The same, with its row locked: whoever changes a machine holds it, so that its events are ordered by
    /// id.
    package static func lock(
        _ nameOrID: String,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> VersionedMachine? {
        // Locked in a statement of its own, so that the next one sees what was committed while this one
        // waited.
        let locked = try tx.run(
            """
            SELECT id FROM machine
            WHERE deleted_at IS NULL AND (name = \(nameOrID) OR id = \(Int64(nameOrID)))
              AND in_sight(\(seen.environments)::bigint[], environment_id)
            ORDER BY name = \(nameOrID) DESC LIMIT 1 FOR UPDATE
            """
        ).first
        guard let locked else { return nil }
        let id: ID<Machine> = try locked["id"]
        return try find(byID: id, in: tx)
    }

    static func find(byID id: ID<Machine>, in tx: borrowing Transaction) throws -> VersionedMachine? {
        try tx.run(
            """
            SELECT m.id, m.name, m.incarnation, e.name AS environment, m.roles, m.enabled, m.health, m.health_since,
                   s.seen_at, m.expired_at, m.facts, m.created_at, m.updated_at, coalesce(p.name, 'default') AS policy, m.ephemeral,
                   c.last_check
            FROM machine m
            JOIN environment e ON e.id = m.environment_id
            LEFT JOIN machine_policy p ON p.id = m.policy_id
            LEFT JOIN machine_presence s ON s.machine_id = m.id
            LEFT JOIN LATERAL (
                SELECT jsonb_build_object(
                           'id', h.id, 'machine', m.name, 'cause', h.cause, 'state', h.state,
                           'requestedBy', h.requested_by, 'createdAt', h.created_at, 'concludedAt', h.concluded_at,
                           'health', h.health, 'exitCode', h.exit_code, 'reason', h.reason, 'output', h.output) AS last_check
                FROM health_check h WHERE h.machine_id = m.id AND h.state = 'concluded' ORDER BY h.id DESC LIMIT 1
            ) c ON true
            WHERE m.deleted_at IS NULL AND m.id = \(id)
            """
        ).first.map(VersionedMachine.init(row:))
    }

    /// What events about a machine are about.
    static func subject(
        of id: ID<Machine>,
        in tx: borrowing Transaction
    ) throws -> (subject: EventSubject, name: String) {
        let row = try tx.run("SELECT name, environment_id FROM machine WHERE id = \(id)").first
        guard let row else { throw StoreError.notFound(what: "machine", which: "\(id)") }
        return (EventSubject(machine: id, environment: try row["environment_id"]), try row["name"])
    }

    static func update(
        _ id: ID<Machine>,
        enabled: Bool,
        environment: ID<Environment>,
        roles: [String],
        policy: ID<MachinePolicy>?,
        in tx: borrowing Transaction
    ) throws {
        try tx.run(
            """
            UPDATE machine SET enabled = \(enabled), environment_id = \(environment), roles = \(roles)::text[],
                   policy_id = \(policy), updated_at = clock_timestamp()
            WHERE id = \(id)
            """
        )
    }

    /// Takes a machine out of the fleet; its row stays, so that its history stays readable.
    static func markDeleted(_ id: ID<Machine>, in tx: borrowing Transaction) throws {
        try tx.run("UPDATE machine SET deleted_at = now(), updated_at = clock_timestamp() WHERE id = \(id)")
        try tx.run("DELETE FROM agent_session WHERE machine_id = \(id)")
        try tx.run("DELETE FROM agent_nonce WHERE machine_id = \(id)")
        try HealthCheckDueRows.forget(id, in: tx)
        try tx.run("DELETE FROM machine_presence WHERE machine_id = \(id)")
    }
}

extension VersionedMachine {
    init(row: Row) throws {
        let updatedAt: Instant = try row["updated_at"]
        let lastCheck: String? = try row["last_check"]
        version = updatedAt.microseconds
        machine = Machine(
            id: try row["id"],
            name: try row["name"],
            incarnation: try row["incarnation"],
            environment: try row["environment"],
            roles: try row["roles"],
            enabled: try row["enabled"],
            health: try row["health"],
            healthSince: try row["health_since"],
            lastSeen: try row["seen_at"],
            expiredAt: try row["expired_at"],
            facts: try JSONText.decode(from: row["facts"]),
            createdAt: try row["created_at"],
            policy: try row["policy"],
            ephemeral: try row["ephemeral"],
            lastCheck: try lastCheck.map { try JSONText.decode(from: $0) }
        )
    }
}
