import FleetModel
import Postgres

/// The SQL of `machine`, as joining and sessions need it.
enum AgentMachineRows {
    /// A machine as its agent's requests see it, with its row locked.
    struct Locked {
        let id: ID<Machine>
        let name: String
        let environmentID: ID<Environment>
        let environment: String
        let roles: [String]
        let health: MachineHealth
        let publicKey: [UInt8]
        let joinTokenID: Int64?

        init(row: Row) throws {
            id = try row["id"]
            name = try row["name"]
            environmentID = try row["environment_id"]
            environment = try row["environment"]
            roles = try row["roles"]
            health = try row["health"]
            publicKey = try row["public_key"]
            joinTokenID = try row["join_token_id"]
        }
    }

    /// Machines that are not deleted and have this name or this key, locked in the order of their ids.
    static func lock(
        name: String,
        orKey key: [UInt8],
        in tx: borrowing Transaction
    ) throws -> [Locked] {
        try tx.run(
            """
            SELECT m.id, m.name, m.environment_id, e.name AS environment, m.roles, m.health, m.public_key, m.join_token_id
            FROM machine m JOIN environment e ON e.id = m.environment_id
            WHERE m.deleted_at IS NULL AND (m.name = \(name) OR m.public_key = \(key)::bytea)
            ORDER BY m.id FOR UPDATE OF m
            """
        ).map(Locked.init(row:))
    }

    static func lock(_ id: ID<Machine>, in tx: borrowing Transaction) throws -> Locked? {
        try tx.run(
            """
            SELECT m.id, m.name, m.environment_id, e.name AS environment, m.roles, m.health, m.public_key, m.join_token_id
            FROM machine m JOIN environment e ON e.id = m.environment_id
            WHERE m.deleted_at IS NULL AND m.id = \(id) FOR UPDATE OF m
            """
        ).first.map(Locked.init(row:))
    }

    /// The key to check a signature against, and the database's time to check a clock against; key nil: no
    /// machine.
    static func publicKey(
        of id: ID<Machine>,
        in tx: borrowing Transaction
    ) throws -> (publicKey: [UInt8]?, now: Instant) {
        let rows = try tx.run(
            """
            SELECT (SELECT public_key FROM machine WHERE id = \(id) AND deleted_at IS NULL) AS public_key,
                   now() AS now
            """
        )
        return (try rows[0]["public_key"], try rows[0]["now"])
    }

    /// A new machine, and which one of its name it is.
    static func insert(
        name: String,
        token: JoinToken,
        publicKey: [UInt8],
        facts: [String: String],
        in tx: borrowing Transaction
    ) throws -> (id: ID<Machine>, incarnation: Int) {
        let rows = try tx.run(
            """
            INSERT INTO machine (name, incarnation, environment_id, roles, public_key, join_token_id, policy_id,
                                 ephemeral, facts)
            SELECT \(name), coalesce((SELECT max(incarnation) FROM machine WHERE name = \(name)), 0) + 1,
                   \(token.environmentID), \(token.roles)::text[], \(publicKey)::bytea, \(token.id), \(token.policyID),
                   \(token.ephemeral), \(try JSONText.encode(facts))::jsonb
            RETURNING id, incarnation
            """
        )
        return (try rows[0]["id"], try rows[0]["incarnation"])
    }

    static func setFacts(_ facts: [String: String], of id: ID<Machine>, in tx: borrowing Transaction) throws {
        let text = try JSONText.encode(facts)
        try tx.run("UPDATE machine SET facts = \(text)::jsonb WHERE id = \(id) AND facts <> \(text)::jsonb")
    }
}
