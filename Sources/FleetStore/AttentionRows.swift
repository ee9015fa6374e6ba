package import FleetModel
package import Postgres

/// What waits for somebody, from all that a fleet can wait with.
package enum AttentionRows {
    package enum Item: Sendable, Equatable {
        /// A manual step has to be approved or refused.
        case approval(Rollout)
        /// Cleanup holds back machines that fell silent together.
        case cleanupHeld(policy: String, machines: Int)
        /// The last roll-out of a project to an environment failed, and what was there before still counts.
        case rolloutFailed(Rollout)
        /// Needs of one kind in one place that do not go on by themselves.
        case needs(project: String, environment: String, verdict: String, machines: Int)
    }

    package struct Rollout: Sendable, Equatable {
        package let deployment: ID<Deployment>
        package let project: String
        package let release: String
        package let environment: String
    }

    /// At most `limit` of each kind. Machine policies are everybody's, and so is what holds their cleanup back.
    package static func list(limit: Int, seen: Seen, in tx: borrowing Transaction) throws -> [Item] {
        try approvals(limit: limit, seen: seen, in: tx) + heldCleanups(limit: limit, in: tx)
            + failedRollouts(limit: limit, seen: seen, in: tx) + needs(limit: limit, seen: seen, in: tx)
    }

    /// The longest waiting first.
    private static func approvals(limit: Int, seen: Seen, in tx: borrowing Transaction) throws -> [Item] {
        try tx.run(
            """
            SELECT d.id, p.name AS project, r.version AS release, e.name AS environment
            FROM deployment_gate g
            JOIN deployment d ON d.id = g.deployment_id AND d.state = 'running'
            JOIN project p ON p.id = d.project_id
            JOIN release r ON r.id = d.release_id
            JOIN environment e ON e.id = d.environment_id
            WHERE g.state = 'waiting' AND g.kind = 'manual'
              AND in_sight(\(seen.places)::bigint[], d.environment_id, d.project_id)
            ORDER BY g.reached_at, d.id LIMIT \(limit)
            """
        ).map { .approval(try Rollout(row: $0)) }
    }

    private static func heldCleanups(limit: Int, in tx: borrowing Transaction) throws -> [Item] {
        try tx.run(
            """
            SELECT mp.name, h.machines FROM cleanup_hold h JOIN machine_policy mp ON mp.id = h.policy_id
            ORDER BY h.held_at, mp.name LIMIT \(limit)
            """
        ).map { .cleanupHeld(policy: try $0["name"], machines: try $0["machines"]) }
    }

    /// The latest first. One that was marked as successful counts.
    private static func failedRollouts(limit: Int, seen: Seen, in tx: borrowing Transaction) throws -> [Item]
    {
        try tx.run(
            """
            SELECT last.id, p.name AS project, r.version AS release, e.name AS environment
            FROM project p
            CROSS JOIN environment e
            CROSS JOIN LATERAL (
                SELECT d.id, d.state, d.release_id FROM deployment d
                WHERE d.project_id = p.id AND d.environment_id = e.id AND d.kind = 'rollout'
                ORDER BY d.id DESC LIMIT 1
            ) last
            JOIN release r ON r.id = last.release_id
            LEFT JOIN environment_release er ON er.project_id = p.id AND er.environment_id = e.id
            WHERE e.deleted_at IS NULL AND last.state = 'failed' AND er.release_id IS DISTINCT FROM last.release_id
              AND in_sight(\(seen.places)::bigint[], e.id, p.id)
            ORDER BY last.id DESC LIMIT \(limit)
            """
        ).map { .rolloutFailed(try Rollout(row: $0)) }
    }

    /// The most machines first.
    private static func needs(limit: Int, seen: Seen, in tx: borrowing Transaction) throws -> [Item] {
        try tx.run(
            """
            SELECT p.name AS project, e.name AS environment, n.verdict, count(*) AS machines
            FROM need n
            JOIN machine m ON m.id = n.machine_id AND m.deleted_at IS NULL
            JOIN environment e ON e.id = m.environment_id
            JOIN project p ON p.id = n.project_id
            WHERE n.closed_at IS NULL
              AND n.verdict IN ('retryLater', 'quarantined', 'circuitOpen', 'runCancelled')
              AND in_sight(\(seen.places)::bigint[], m.environment_id, n.project_id)
            GROUP BY p.name, e.name, n.verdict
            ORDER BY count(*) DESC, p.name, e.name, n.verdict LIMIT \(limit)
            """
        ).map {
            .needs(
                project: try $0["project"],
                environment: try $0["environment"],
                verdict: try $0["verdict"],
                machines: try $0["machines"]
            )
        }
    }
}

extension AttentionRows.Rollout {
    fileprivate init(row: Row) throws {
        self.init(
            deployment: try row["id"],
            project: try row["project"],
            release: try row["release"],
            environment: try row["environment"]
        )
    }
}
