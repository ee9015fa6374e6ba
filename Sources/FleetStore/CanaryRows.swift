import FleetModel
import FleetRules
import Postgres

/// Finds how the first machines of a batch fared.
enum CanaryRows {
    /// Automatic runs of the key's release, trigger and environment: those that are open, and those that ended since
    /// `since`, when the first candidate arrived.
    static func load(
        _ key: BatchPlanner.Key,
        since: Instant,
        in tx: borrowing Transaction
    ) throws -> BatchPlanner.Canary {
        let row = try tx.run(
            """
            SELECT count(*) FILTER (WHERE r.state IN ('pending', 'running'))::int AS in_flight,
                   count(*) FILTER (WHERE r.state = 'succeeded' AND r.finished_at >= \(since))::int AS succeeded,
                   count(*) FILTER (WHERE r.state IN ('failed', 'unknown') AND r.finished_at >= \(since))::int AS failed,
                   max(r.finished_at) FILTER (WHERE r.state IN ('failed', 'unknown') AND r.finished_at >= \(since))
                       AS last_failed_at
            FROM deployment d JOIN run r ON r.deployment_id = d.id
            WHERE d.kind = 'automatic' AND d.release_id = \(key.releaseID)
              AND d.environment_id = \(key.environmentID) AND d.trigger_id = \(key.triggerID)
              AND (d.state = 'running' OR d.finished_at >= \(since))
            """
        ).first
        guard let row else { return BatchPlanner.Canary() }
        return BatchPlanner.Canary(
            inFlight: try row["in_flight"],
            succeeded: try row["succeeded"],
            failed: try row["failed"],
            lastFailedAt: try row["last_failed_at"]
        )
    }

    /// Makes due the needs that wait for the first machines of their batch, because a run of their project ended. In one
    /// order, so that two runs that end at once do not meet head on.
    static func touchWaiting(ofRuns runs: [ID<Run>], in tx: borrowing Transaction) throws {
        guard !runs.isEmpty else { return }
        try tx.run(
            """
            UPDATE need n SET due_at = now()
            FROM (SELECT id FROM need
                  WHERE project_id IN (SELECT project_id FROM run WHERE id = ANY (\(runs)::bigint[]))
                    AND closed_at IS NULL AND verdict = \(Verdict.waitingForCanary)
                    AND due_at IS DISTINCT FROM now()
                  ORDER BY id FOR UPDATE) w
            WHERE n.id = w.id
            """
        )
    }
}
