import FleetModel
import FleetRules
import Postgres

/// The SQL of `release_circuit`.
enum CircuitRows {
    /// The open circuit of the release that a machine should have: with a fallback, that is the last good one instead.
    static func fill(
        _ obstacles: inout [NeedObstacles],
        of subjects: [NeedObstacleRows.Subject],
        in tx: borrowing Transaction
    ) throws {
        let rows = try tx.run(
            """
            SELECT s.position::int AS position, c.failed, c.tried
            FROM unnest(\(subjects.map(\.environment))::bigint[], \(subjects.map(\.release))::bigint[])
                 WITH ORDINALITY AS s(environment_id, release_id, position)
            JOIN release_circuit c ON c.environment_id = s.environment_id AND c.release_id = s.release_id
                                  AND c.closed_at IS NULL
            """
        )
        for row in rows {
            let position: Int = try row["position"]
            obstacles[position - 1].circuit = NeedObstacles.Circuit(
                failed: try row["failed"],
                tried: try row["tried"]
            )
        }
    }
}
