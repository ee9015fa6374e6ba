package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `decision`.
package enum DecisionRows {
    /// Records that events fired triggers, and returns the matches that no earlier scan has recorded.
    static func insertMatches(
        _ matches: [TriggerMatch],
        fence: Fence,
        node: String,
        in tx: borrowing Transaction
    ) throws -> [TriggerMatch] {
        guard !matches.isEmpty else { return [] }
        let rows = try tx.run(
            """
            INSERT INTO decision (kind, event_id, trigger_id, machine_id, project_id, verdict, reason, term, node)
            SELECT 'match', m.event_id, m.trigger_id, m.machine_id, m.project_id,
                   CASE WHEN n.id IS NULL THEN 'needOpened' ELSE 'needAlreadyOpen' END,
                   CASE WHEN n.id IS NULL THEN 'the event fired the trigger' ELSE 'the event fired the trigger again' END,
                   \(fence.term), \(node)
            FROM unnest(\(matches.map(\.eventID))::bigint[], \(matches.map(\.triggerID))::bigint[],
                        \(matches.map(\.machineID))::bigint[], \(matches.map(\.projectID))::bigint[])
                 AS m(event_id, trigger_id, machine_id, project_id)
            LEFT JOIN need n ON n.machine_id = m.machine_id AND n.project_id = m.project_id AND n.closed_at IS NULL
            ON CONFLICT (event_id, trigger_id, machine_id) WHERE kind = 'match' DO NOTHING
            RETURNING event_id, trigger_id, machine_id
            """
        )
        let recorded = try Set(
            rows.map { row in
                MatchKey(
                    event: try row["event_id"],
                    trigger: try row["trigger_id"],
                    machine: try row["machine_id"]
                )
            }
        )
        return matches.filter {
            recorded.contains(MatchKey(event: $0.eventID, trigger: $0.triggerID, machine: $0.machineID))
        }
    }

    private struct MatchKey: Hashable {
        let event: ID<Event>
        let trigger: ID<Trigger>
        let machine: ID<Machine>
    }

    /// What was concluded about a need, when it is another thing than the last time.
    struct PlanRecord {
        let need: NeedRows.DueNeed
        let conclusion: Conclusion
    }

    static func insertPlans(
        _ plans: [PlanRecord],
        fence: Fence,
        node: String,
        in tx: borrowing Transaction
    ) throws {
        guard !plans.isEmpty else { return }
        try tx.send(
            """
            INSERT INTO decision (kind, event_id, trigger_id, machine_id, project_id, need_id, deployment_id,
                                  release_id, verdict, reason, term, node)
            SELECT 'plan', p.*, \(fence.term), \(node)
            FROM unnest(\(plans.map(\.need.eventID))::bigint[],
                        \(plans.map { $0.need.facts.trigger?.id })::bigint[],
                        \(plans.map(\.need.facts.machine.id))::bigint[],
                        \(plans.map(\.need.facts.projectID))::bigint[],
                        \(plans.map(\.need.facts.needID))::bigint[],
                        \(plans.map(\.conclusion.deploymentID))::bigint[],
                        \(plans.map(\.conclusion.releaseID))::bigint[],
                        \(plans.map(\.conclusion.verdict.rawValue))::text[],
                        \(plans.map(\.conclusion.reason))::text[]) p
            """
        )
    }

    /// Decisions with an id below `before`, newest first. A decision is seen where its machine is now.
    package static func list(
        machine: ID<Machine>?,
        project: ID<Project>?,
        before: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> SeenPage<Decision> {
        let found =
            seen.isEverything
            ? nil
            : try ids(machine: machine, project: project, before: before, limit: limit, seen: seen, in: tx)
        let items = try tx.run(
            """
            SELECT d.id, d.event_id, d.trigger_id, d.machine_id, d.project_id, d.need_id, d.deployment_id, d.release_id,
                   d.kind, d.verdict, d.reason, d.term, d.node, d.decided_at,
                   m.name AS machine, p.name AS project, r.version AS release, t.name AS trigger
            FROM decision d
            LEFT JOIN machine m ON m.id = d.machine_id
            LEFT JOIN project p ON p.id = d.project_id
            LEFT JOIN release r ON r.id = d.release_id
            LEFT JOIN project_trigger t ON t.id = d.trigger_id
            WHERE d.id < \(before) AND d.id >= \(found.map { $0.ids.last ?? before } ?? 0)
              AND (\(found?.ids)::bigint[] IS NULL OR d.id = ANY (\(found?.ids)::bigint[]))
              AND (\(machine)::bigint IS NULL OR d.machine_id = \(machine))
              AND (\(project)::bigint IS NULL OR d.project_id = \(project))
            ORDER BY d.id DESC LIMIT \(limit)
            """
        ).map(Decision.init(row:))
        return SeenPage(items: items, resumesAt: found?.resumesAt)
    }

    private static func ids(
        machine: ID<Machine>?,
        project: ID<Project>?,
        before: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> SeenRows {
        let row = try tx.run(
            """
            WITH log AS MATERIALIZED (
                SELECT id, machine_id, project_id FROM decision
                WHERE id < \(before) AND (\(machine)::bigint IS NULL OR machine_id = \(machine))
                  AND (\(project)::bigint IS NULL OR project_id = \(project))
                ORDER BY id DESC LIMIT \(SeenRows.most)
            )
            SELECT ARRAY(SELECT log.id FROM log JOIN machine m ON m.id = log.machine_id
                         WHERE in_sight(\(seen.places)::bigint[], m.environment_id, log.project_id)
                         ORDER BY log.id DESC LIMIT \(limit)) AS ids,
                   count(*) AS looked_at, min(id) AS last
            FROM log
            """
        )[0]
        return try SeenRows(row: row, limit: limit)
    }
}

extension Decision {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            eventID: try row["event_id"],
            triggerID: try row["trigger_id"],
            machineID: try row["machine_id"],
            projectID: try row["project_id"],
            needID: try row["need_id"],
            deploymentID: try row["deployment_id"],
            releaseID: try row["release_id"],
            kind: try row["kind"],
            verdict: try row["verdict"],
            reason: try row["reason"],
            term: try row["term"],
            node: try row["node"],
            decidedAt: try row["decided_at"],
            machine: try row["machine"],
            project: try row["project"],
            release: try row["release"],
            trigger: try row["trigger"]
        )
    }
}
