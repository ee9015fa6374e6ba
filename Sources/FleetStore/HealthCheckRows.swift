package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `health_check`, as people and agents see it.
package enum HealthCheckRows {
    /// The last checks of a machine, newest first, before `before`.
    package static func list(
        of machine: ID<Machine>,
        before: ID<HealthCheck>,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [HealthCheck] {
        try tx.run(
            """
            SELECT h.id, m.name AS machine, h.cause, h.state, h.requested_by, h.created_at, h.concluded_at, h.health,
                   h.exit_code, h.reason, h.output
            FROM health_check h JOIN machine m ON m.id = h.machine_id
            WHERE h.machine_id = \(machine) AND h.id < \(before) ORDER BY h.id DESC LIMIT \(limit)
            """
        ).map(HealthCheck.init(row:))
    }

    package static func find(
        _ id: ID<HealthCheck>,
        of machine: ID<Machine>,
        in tx: borrowing Transaction
    ) throws -> HealthCheck? {
        try tx.run(
            """
            SELECT h.id, m.name AS machine, h.cause, h.state, h.requested_by, h.created_at, h.concluded_at, h.health,
                   h.exit_code, h.reason, h.output
            FROM health_check h JOIN machine m ON m.id = h.machine_id
            WHERE h.id = \(id) AND h.machine_id = \(machine)
            """
        ).first.map(HealthCheck.init(row:))
    }

    /// The open check of each machine: one that is made, unless one is open already. The machines' rows are locked.
    static func open(
        _ cause: HealthCheck.Cause,
        of machines: [ID<Machine>],
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> [ID<Machine>: ID<HealthCheck>] {
        try tx.run(
            """
            INSERT INTO health_check (machine_id, cause, requested_by, script, timeout_seconds, warning_exit_codes)
            SELECT m.id, \(cause), \(actor), CASE f.check_kind WHEN 'script' THEN coalesce(f.check_script, '') ELSE '' END,
                   f.check_timeout_seconds, f.warning_exit_codes
            FROM machine m CROSS JOIN LATERAL machine_policy_of(m.policy_id) f
            WHERE m.id = ANY (\(machines)::bigint[])
            ON CONFLICT (machine_id) WHERE state <> 'concluded' DO NOTHING
            """
        )
        let rows = try tx.run(
            """
            SELECT machine_id, id FROM health_check
            WHERE machine_id = ANY (\(machines)::bigint[]) AND state <> 'concluded'
            """
        )
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["machine_id"], try $0["id"]) })
    }

    /// Gives the machine's open check to its agent, under a new fence, unless the agent says that it has it.
    static func give(
        to machine: ID<Machine>,
        having known: [ID<HealthCheck>],
        in tx: borrowing Transaction
    ) throws -> AgentV1.Check? {
        try tx.run(
            """
            UPDATE health_check SET state = 'given', fence = fence + 1, given_at = now()
            WHERE machine_id = \(machine) AND state <> 'concluded' AND id <> ALL (\(known)::bigint[])
            RETURNING id, fence, script, timeout_seconds
            """
        ).first.map { row in
            AgentV1.Check(
                id: try row["id"],
                fence: try row["fence"],
                script: try row["script"],
                timeoutSeconds: try row["timeout_seconds"]
            )
        }
    }

    /// A check that is not concluded.
    struct Open {
        let id: ID<HealthCheck>
        let machine: ID<Machine>
        let warningExitCodes: [Int]
        let timeoutSeconds: Int

        init(row: Row) throws {
            id = try row["id"]
            machine = try row["machine_id"]
            warningExitCodes = try row["warning_exit_codes"]
            timeoutSeconds = try row["timeout_seconds"]
        }
    }

    /// The check as its agent has it; nil: it was given out again, or is concluded.
    static func given(
        _ id: ID<HealthCheck>,
        to machine: ID<Machine>,
        fence: Int64,
        in tx: borrowing Transaction
    ) throws -> Open? {
        try tx.run(
            """
            SELECT id, machine_id, warning_exit_codes, timeout_seconds FROM health_check
            WHERE id = \(id) AND machine_id = \(machine) AND fence = \(fence) AND state = 'given' FOR UPDATE
            """
        ).first.map(Open.init(row:))
    }

    static func open(of machine: ID<Machine>, in tx: borrowing Transaction) throws -> Open? {
        try tx.run(
            """
            SELECT id, machine_id, warning_exit_codes, timeout_seconds FROM health_check
            WHERE machine_id = \(machine) AND state <> 'concluded'
            """
        ).first.map(Open.init(row:))
    }

    /// A result that comes after all is refused.
    static func takeBack(_ id: ID<HealthCheck>, in tx: borrowing Transaction) throws {
        try tx.run("UPDATE health_check SET fence = fence + 1 WHERE id = \(id)")
    }

    /// Whether that very result was taken before.
    static func isConcluded(
        _ id: ID<HealthCheck>,
        of machine: ID<Machine>,
        fence: Int64,
        in tx: borrowing Transaction
    ) throws -> Bool? {
        try tx.run(
            """
            SELECT fence = \(fence) AND state = 'concluded' AS same FROM health_check
            WHERE id = \(id) AND machine_id = \(machine)
            """
        ).first.map { try $0["same"] }
    }

    static func conclude(
        _ id: ID<HealthCheck>,
        as health: MachineHealth,
        because reason: String,
        exitCode: Int? = nil,
        output: String = "",
        in tx: borrowing Transaction
    ) throws {
        try tx.run(
            """
            UPDATE health_check
            SET state = 'concluded', concluded_at = now(), health = \(health), reason = \(reason),
                exit_code = \(exitCode.flatMap { Int32(exactly: $0) })::int, output = \(output)
            WHERE id = \(id)
            """
        )
    }

    /// Keeps the last few of a machine, and those that a run still waits for.
    static func trim(_ machine: ID<Machine>, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            DELETE FROM health_check h
            WHERE h.machine_id = \(machine) AND h.state = 'concluded'
              AND h.id < (SELECT id FROM health_check WHERE machine_id = \(machine) ORDER BY id DESC OFFSET 19 LIMIT 1)
              AND NOT EXISTS (SELECT 1 FROM run r WHERE r.health_check_id = h.id AND r.state IN ('pending', 'running'))
            """
        )
    }
}

extension HealthCheck.Cause: PostgresEncodable, PostgresDecodable {}
extension HealthCheck.State: PostgresEncodable, PostgresDecodable {}
extension MachinePolicy.CheckKind: PostgresEncodable, PostgresDecodable {}

extension HealthCheck {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            machine: try row["machine"],
            cause: try row["cause"],
            state: try row["state"],
            requestedBy: try row["requested_by"],
            createdAt: try row["created_at"],
            concludedAt: try row["concluded_at"],
            health: try row["health"],
            exitCode: try row["exit_code"],
            reason: try row["reason"],
            output: try row["output"]
        )
    }
}
