import FleetModel
import Postgres

/// Reads what led to where a machine is: events, decisions and runs.
enum ChainRows {
    /// For each project the event that opened its last need, and the latest `limit` of what happened, oldest first.
    static func load(
        machine: ID<Machine>,
        projects: [ID<Project>],
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [ID<Project>: [ProjectExplanation.Link]] {
        let rows = try tx.run(
            """
            SELECT p.id AS project_id, c.kind, c.event_id, c.at, c.what, c.deployment_id
            FROM unnest(\(projects)::bigint[]) p(id)
            JOIN machine m ON m.id = \(machine)
            LEFT JOIN LATERAL (
                SELECT n.event_id FROM need n
                WHERE n.machine_id = \(machine) AND n.project_id = p.id ORDER BY n.id DESC LIMIT 1) need ON true
            CROSS JOIN LATERAL (
                SELECT l.*, row_number() OVER (ORDER BY l.at DESC, l.rank DESC, l.seq DESC) AS position
                FROM (
                    (SELECT 'event' AS kind, e.id AS event_id, e.occurred_at AS at, e.category || ': ' || e.message AS what,
                            e.deployment_id, 0 AS rank, e.id AS seq
                     FROM event e
                     WHERE e.machine_id = \(machine) AND (e.project_id IS NULL OR e.project_id = p.id)
                       AND event_in_sight(\(seen.places)::bigint[], \(seen.environments)::bigint[], \(seen.projects)::bigint[],
                                          e.category, e.environment_id, e.project_id, m.environment_id)
                     ORDER BY e.id DESC LIMIT \(limit))
                    UNION
                    SELECT 'event', e.id, e.occurred_at, e.category || ': ' || e.message, e.deployment_id, 0, e.id
                    FROM event e
                    WHERE e.id = need.event_id
                      AND event_in_sight(\(seen.places)::bigint[], \(seen.environments)::bigint[], \(seen.projects)::bigint[],
                                         e.category, e.environment_id, e.project_id, m.environment_id)
                    UNION ALL
                    (SELECT 'decision', d.event_id, d.decided_at, d.verdict || ': ' || d.reason, d.deployment_id, 1, d.id
                     FROM decision d
                     WHERE d.machine_id = \(machine) AND d.project_id = p.id
                     ORDER BY d.id DESC LIMIT \(limit))
                    UNION ALL
                    (SELECT 'run', coalesce(created.id, need.event_id, 0), coalesce(r.finished_at, created.occurred_at, r.created_at),
                            'run of ' || v.version || ' in deployment ' || r.deployment_id
                            || CASE WHEN r.finished_at IS NULL THEN ' is ' || r.state
                                    ELSE ' ended as ' || r.state || CASE WHEN r.reason = '' THEN '' ELSE ': ' || r.reason END END,
                            r.deployment_id, 2, r.id
                     FROM (SELECT run.* FROM run JOIN deployment d ON d.id = run.deployment_id
                           WHERE run.machine_id = \(machine) AND run.project_id = p.id
                             AND in_sight(\(seen.places)::bigint[], d.environment_id, d.project_id)
                           ORDER BY run.id DESC LIMIT \(limit)) r
                     JOIN release v ON v.id = r.release_id
                     LEFT JOIN LATERAL (SELECT e.id, e.occurred_at FROM event e
                                        WHERE e.deployment_id = r.deployment_id ORDER BY e.id LIMIT 1) created ON true)
                ) l
            ) c
            WHERE c.position <= \(limit) OR (c.kind = 'event' AND c.event_id = need.event_id)
            ORDER BY p.id, c.at, c.rank, c.seq
            """
        )
        var chains: [ID<Project>: [ProjectExplanation.Link]] = [:]
        for row in rows {
            chains[try row["project_id"], default: []].append(
                ProjectExplanation.Link(
                    eventID: try row["event_id"],
                    at: try row["at"],
                    what: try row["what"],
                    kind: try row["kind"],
                    deploymentID: try row["deployment_id"]
                )
            )
        }
        return chains
    }
}
