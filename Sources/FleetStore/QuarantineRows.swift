import FleetModel
import FleetRules
import Postgres

/// The SQL of `machine_quarantine`.
enum QuarantineRows {
    /// The quarantine of the pair of machine and release.
    static func fill(
        _ obstacles: inout [NeedObstacles],
        of subjects: [NeedObstacleRows.Subject],
        in tx: borrowing Transaction
    ) throws {
        let rows = try tx.run(
            """
            SELECT s.position::int AS position, q.attempts, q.quarantined_at
            FROM unnest(\(subjects.map(\.machine))::bigint[], \(subjects.map(\.release))::bigint[])
                 WITH ORDINALITY AS s(machine_id, release_id, position)
            JOIN machine_quarantine q ON q.machine_id = s.machine_id AND q.release_id = s.release_id
                                     AND q.released_at IS NULL
            """
        )
        for row in rows {
            let position: Int = try row["position"]
            obstacles[position - 1].quarantine = NeedObstacles.Quarantine(
                attempts: try row["attempts"],
                since: try row["quarantined_at"]
            )
        }
    }
}
