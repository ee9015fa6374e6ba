package import FleetModel
import FleetRules
package import Postgres

/// Changes of health, each with its event; the machine's row is locked first.
package enum HealthRows {
    package static func set(
        _ health: MachineHealth,
        of machines: [ID<Machine>],
        because reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let rows = try tx.run(
            """
            UPDATE machine m SET health = \(health), health_since = now(), updated_at = now()
            FROM (SELECT id, health AS was FROM machine
                  WHERE id = ANY (\(machines)::bigint[]) AND deleted_at IS NULL AND health <> \(health)
                  ORDER BY id FOR NO KEY UPDATE) b
            WHERE m.id = b.id
            RETURNING m.id, m.name, m.environment_id, b.was
            """
        )
        for row in rows {
            changes.post(
                .machineHealthChanged(
                    EventSubject(machine: try row["id"], environment: try row["environment_id"]),
                    name: try row["name"],
                    from: try row["was"],
                    to: health,
                    reason: reason
                )
            )
        }
    }
}
