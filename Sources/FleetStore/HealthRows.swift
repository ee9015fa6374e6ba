package import FleetModel
import FleetRules
package import Postgres

/// Changes of health, each with its event; the machine's row is locked first. An expired machine that is not
/// unavailable any more is restored by that.
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
            UPDATE machine m SET health = \(health), health_since = now(), updated_at = now(),
                                 expired_at = CASE WHEN \(health) = 'Unavailable' THEN m.expired_at END
            FROM (SELECT id, health AS was, expired_at IS NOT NULL AS was_expired FROM machine
                  WHERE id = ANY (\(machines)::bigint[]) AND deleted_at IS NULL AND health <> \(health)
                  ORDER BY id FOR NO KEY UPDATE) b
            WHERE m.id = b.id
            RETURNING m.id, m.name, m.environment_id, b.was,
                      b.was_expired AND m.expired_at IS NULL AS restored
            """
        )
        for row in rows {
            let subject = EventSubject(machine: try row["id"], environment: try row["environment_id"])
            if try row["restored"] {
                let event = CleanupEvent.restored(subject, name: try row["name"], reason: reason)
                changes.post(.cleanup(event))
            }
            changes.post(
                .machineHealthChanged(
                    subject,
                    name: try row["name"],
                    from: try row["was"],
                    to: health,
                    reason: reason
                )
            )
        }
    }
}
