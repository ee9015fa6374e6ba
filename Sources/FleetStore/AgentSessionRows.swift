import FleetModel
import Postgres

/// What a session token turned out to be.
package enum AgentAccess: Sendable, Equatable {
    case open(AgentIdentity)
    /// A newer session of the same agent took its place.
    case superseded
    /// Unknown or expired, or the machine was deleted.
    case none
}

/// The SQL of `agent_session` and `agent_nonce`.
enum AgentSessionRows {
    /// A machine that is taken to be unavailable has no open session: its agent, when it is heard again, opens a new one and
    /// is looked at like any that connects.
    ///
    /// Every request of an agent asks this, so it is a statement by itself: a transaction round it is three.
    static func identity(hash: [UInt8]) -> SQL {
        """
        SELECT s.machine_id, m.name, s.epoch, s.token_hash = \(hash)::bytea AS current,
               s.expires_at > now() AND m.health <> 'Unavailable' AS open, policy.unavailable_after_seconds
        FROM agent_session s JOIN machine m ON m.id = s.machine_id
        CROSS JOIN LATERAL machine_policy_of(m.policy_id) policy
        WHERE (s.token_hash = \(hash)::bytea OR s.previous_token_hash = \(hash)::bytea) AND m.deleted_at IS NULL
        """
    }

    /// What the rows of `identity` say.
    static func access(by rows: Rows) throws -> AgentAccess {
        guard let row = rows.first else { return .none }
        let isCurrent: Bool = try row["current"]
        let isOpen: Bool = try row["open"]
        guard isCurrent else { return isOpen ? .superseded : .none }
        guard isOpen else { return .none }
        return .open(
            AgentIdentity(
                machineID: try row["machine_id"],
                name: try row["name"],
                epoch: try row["epoch"],
                silenceSeconds: try row["unavailable_after_seconds"]
            )
        )
    }

    /// Opens a session in place of the one before. The machine's row is locked.
    static func open(
        of machine: ID<Machine>,
        token: SecretToken,
        bootID: String,
        remote: String,
        lifetimeSeconds: Int,
        in tx: borrowing Transaction
    ) throws -> OpenedSession {
        let rows = try tx.run(
            """
            WITH before AS (SELECT boot_id, previous_boot_id, duplicate_reported_at FROM agent_session
                            WHERE machine_id = \(machine))
            INSERT INTO agent_session AS s (machine_id, token_hash, boot_id, remote, expires_at)
            VALUES (\(machine), \(token.hash)::bytea, \(bootID), \(remote),
                    now() + make_interval(secs => \(lifetimeSeconds)))
            ON CONFLICT (machine_id) DO UPDATE
                SET epoch = excluded.epoch, token_hash = excluded.token_hash, previous_token_hash = s.token_hash,
                    boot_id = excluded.boot_id,
                    previous_boot_id = CASE WHEN s.boot_id = excluded.boot_id THEN s.previous_boot_id ELSE s.boot_id END,
                    remote = excluded.remote, opened_at = now(), expires_at = excluded.expires_at
            RETURNING s.epoch,
                      (SELECT b.boot_id <> \(bootID) AND b.previous_boot_id = \(bootID)
                              AND (b.duplicate_reported_at IS NULL
                                   OR b.duplicate_reported_at < now() - interval '15 minutes')
                       FROM before b) AS duplicate
            """
        )
        let duplicate: Bool? = try rows[0]["duplicate"]
        return OpenedSession(epoch: try rows[0]["epoch"], bootIDCameBack: duplicate ?? false)
    }

    static func noteDuplicateReported(of machine: ID<Machine>, in tx: borrowing Transaction) throws {
        try tx.run("UPDATE agent_session SET duplicate_reported_at = now() WHERE machine_id = \(machine)")
    }

    /// False when the nonce was used before.
    static func use(nonce: String, of machine: ID<Machine>, in tx: borrowing Transaction) throws -> Bool {
        try tx.run(
            """
            INSERT INTO agent_nonce (machine_id, nonce) VALUES (\(machine), \(nonce)) ON CONFLICT DO NOTHING
            """
        ).affected == 1
    }
}

struct OpenedSession {
    let epoch: Int64
    /// The boot id is not that of the last session but of the one before: two machines take turns.
    let bootIDCameBack: Bool
}
