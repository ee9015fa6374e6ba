import FleetModel
import Postgres

/// The SQL of `health_check_due`: when checks arise by themselves.
enum HealthCheckDueRows {
    /// When a policy checks a machine.
    struct Schedule {
        let kind: MachinePolicy.CheckKind
        let intervalSeconds: Int?
        let cron: String?
        let now: Instant

        var next: Instant? {
            if let cron { return CronSchedule(cron)?.next(after: now) }
            return intervalSeconds.map { now.adding(seconds: $0) }
        }
    }

    static func schedule(of machine: ID<Machine>, in tx: borrowing Transaction) throws -> Schedule? {
        try tx.run(
            """
            SELECT f.check_kind, f.check_interval_seconds, f.check_cron, now() AS now
            FROM machine m CROSS JOIN LATERAL machine_policy_of(m.policy_id) f
            WHERE m.id = \(machine) AND m.deleted_at IS NULL
            """
        ).first.map { row in
            Schedule(
                kind: try row["check_kind"],
                intervalSeconds: try row["check_interval_seconds"],
                cron: try row["check_cron"],
                now: try row["now"]
            )
        }
    }

    /// After a check: when the next one is due. One that became due while this one was open, because the policy changed,
    /// stays due.
    static func setNext(of machine: ID<Machine>, after check: ID<HealthCheck>, in tx: borrowing Transaction)
        throws
    {
        guard let schedule = try schedule(of: machine, in: tx), schedule.kind == .script,
            let next = schedule.next
        else {
            return try forget(machine, in: tx)
        }
        try tx.run(
            """
            INSERT INTO health_check_due AS d (machine_id, due_at) VALUES (\(machine), \(next))
            ON CONFLICT (machine_id) DO UPDATE SET due_at = excluded.due_at
            WHERE d.due_at > now() OR d.due_at <= (SELECT created_at FROM health_check WHERE id = \(check))
            """
        )
    }

    static func forget(_ machine: ID<Machine>, in tx: borrowing Transaction) throws {
        try tx.run("DELETE FROM health_check_due WHERE machine_id = \(machine)")
    }

    /// Another policy, or another text of it: what it says is found out at once.
    static func dueNow(_ machine: ID<Machine>, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            INSERT INTO health_check_due (machine_id, due_at) VALUES (\(machine), now())
            ON CONFLICT (machine_id) DO UPDATE SET due_at = now()
            """
        )
    }

    /// All machines that follow one of these policies, or inherit from one.
    static func dueNow(followersOf policies: [String], in tx: borrowing Transaction) throws {
        try tx.run(
            """
            INSERT INTO health_check_due (machine_id, due_at)
            SELECT m.id, now() FROM machine m LEFT JOIN machine_policy p ON p.id = m.policy_id
            WHERE m.deleted_at IS NULL
              AND (p.name = ANY (\(policies)::text[]) OR \(MachinePolicy.defaultName) = ANY (\(policies)::text[]))
            ORDER BY m.id
            ON CONFLICT (machine_id) DO UPDATE SET due_at = now()
            """
        )
    }

    /// Connected machines whose check is due and that have none open, locked.
    static func take(limit: Int, in tx: borrowing Transaction) throws -> [(
        machine: ID<Machine>, kind: MachinePolicy.CheckKind
    )] {
        try tx.run(
            """
            SELECT m.id, f.check_kind
            FROM health_check_due d
            JOIN machine m ON m.id = d.machine_id
            JOIN machine_presence s ON s.machine_id = m.id
            CROSS JOIN LATERAL machine_policy_of(m.policy_id) f
            WHERE d.due_at <= now() AND m.deleted_at IS NULL AND m.health <> 'Unavailable'
              AND NOT EXISTS (SELECT 1 FROM health_check h WHERE h.machine_id = m.id AND h.state <> 'concluded')
            ORDER BY m.id LIMIT \(limit) FOR NO KEY UPDATE OF m SKIP LOCKED
            """
        ).map { (machine: try $0["id"], kind: try $0["check_kind"]) }
    }
}
