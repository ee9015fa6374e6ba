import FleetModel
import FleetRules
import Postgres

/// Writes what was concluded about needs.
enum NeedPlanRows {
    static func close(
        _ plans: [(id: Int64, outcome: NeedOutcome, conclusion: Conclusion)],
        in tx: borrowing Transaction
    ) throws {
        guard !plans.isEmpty else { return }
        try tx.send(
            """
            UPDATE need n
            SET closed_at = now(), due_at = NULL, outcome = p.outcome, verdict = p.verdict, reason = p.reason
            FROM unnest(\(plans.map(\.id))::bigint[], \(plans.map(\.outcome.rawValue))::text[],
                        \(plans.map(\.conclusion.verdict))::text[], \(plans.map(\.conclusion.reason))::text[])
                 AS p(id, outcome, verdict, reason)
            WHERE n.id = p.id
            """
        )
    }

    static func wait(
        _ plans: [(id: Int64, conclusion: Conclusion, until: Instant?)],
        in tx: borrowing Transaction
    ) throws {
        guard !plans.isEmpty else { return }
        try tx.send(
            """
            UPDATE need n SET due_at = p.until, verdict = p.verdict, reason = p.reason
            FROM unnest(\(plans.map(\.id))::bigint[], \(plans.map(\.until))::timestamptz[],
                        \(plans.map(\.conclusion.verdict))::text[], \(plans.map(\.conclusion.reason))::text[])
                 AS p(id, until, verdict, reason)
            WHERE n.id = p.id
            """
        )
    }

    /// A deployment was created for them: the attempt counts from now on, and a request to redeploy is used up, so
    /// that an event during the run asks for another one.
    static func deployed(_ plans: [(id: Int64, conclusion: Conclusion)], in tx: borrowing Transaction) throws
    {
        guard !plans.isEmpty else { return }
        try tx.send(
            """
            UPDATE need n
            SET due_at = NULL, redeploy = false, verdict = p.verdict, reason = p.reason,
                attempts = CASE WHEN n.attempts_release_id = p.release_id THEN n.attempts + 1 ELSE 1 END,
                attempts_release_id = p.release_id
            FROM unnest(\(plans.map(\.id))::bigint[], \(plans.map(\.conclusion.releaseID))::bigint[],
                        \(plans.map(\.conclusion.verdict))::text[], \(plans.map(\.conclusion.reason))::text[])
                 AS p(id, release_id, verdict, reason)
            WHERE n.id = p.id
            """
        )
    }
}
