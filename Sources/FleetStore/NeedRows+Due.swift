import FleetModel
import FleetRules
import Postgres

/// Which needs a page of a scan takes on.
extension NeedRows {
    /// Needs that a page of a scan has locked.
    struct Due {
        var ids: [Int64] = []
        /// So many were due; those at places that somebody held are not among `ids`.
        var count = 0
    }

    /// Locks needs that are due, the oldest, and makes sure that no rollout to their places starts meanwhile. Where somebody is
    /// deploying at this moment they are due again a moment later: the leader waits for nobody, who may be frozen, and who may
    /// wait for a need that it has changed.
    /// With them come those that wait there to be deployed to together with others, so that a batch fills across scans.
    static func lockDue(limit: Int, in tx: borrowing Transaction) throws -> Due {
        let due: [(id: Int64, place: Place)] = try tx.run(
            """
            SELECT n.id, n.project_id, m.environment_id
            FROM need n JOIN machine m ON m.id = n.machine_id
            WHERE n.id = ANY (ARRAY(SELECT id FROM need WHERE closed_at IS NULL AND due_at <= clock_timestamp()
                                    ORDER BY due_at, id LIMIT \(limit)))
              AND n.closed_at IS NULL AND n.due_at <= clock_timestamp()
            ORDER BY n.id FOR UPDATE OF n
            """
        ).map { (try $0["id"], try Place(row: $0)) }
        guard !due.isEmpty else { return Due() }
        let places = try Place.tryLock(Set(due.map(\.place)), in: tx)
        let ids = due.filter { places.contains($0.place) }.map(\.id)
        try putOff(due.filter { !places.contains($0.place) }.map(\.id), in: tx)
        let batching = try tx.run(
            """
            SELECT id FROM need
            WHERE id = ANY (ARRAY(
                    SELECT n.id
                    FROM need n JOIN machine m ON m.id = n.machine_id
                    WHERE n.closed_at IS NULL AND n.verdict = \(Verdict.batching) AND n.due_at > clock_timestamp()
                      AND n.id <> ALL (\(ids)::bigint[])
                      AND EXISTS (SELECT 1 FROM unnest(\(places.map(\.project))::bigint[],
                                                       \(places.map(\.environment))::bigint[]) p(project_id, environment_id)
                                  WHERE p.project_id = n.project_id AND p.environment_id = m.environment_id)
                    ORDER BY n.opened_at, n.id LIMIT \(limit)))
              AND closed_at IS NULL AND verdict = \(Verdict.batching)
            ORDER BY id FOR UPDATE
            """
        )
        return Due(ids: ids + (try batching.map { try $0["id"] }), count: due.count)
    }

    /// For longer than most transactions that begin a deployment take.
    private static func putOff(_ ids: [Int64], in tx: borrowing Transaction) throws {
        guard !ids.isEmpty else { return }
        try tx.send(
            "UPDATE need SET due_at = clock_timestamp() + interval '100 milliseconds' WHERE id = ANY (\(ids)::bigint[])"
        )
    }
}
