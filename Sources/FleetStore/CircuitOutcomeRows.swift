import FleetModel
import FleetRules
import Postgres

/// Reads how releases fared in environments, as the rule of the circuit sees it.
enum CircuitOutcomeRows {
    /// Nothing older is looked at; a machine may have several runs.
    private static let mostRuns = 2000

    struct Record {
        let release: FailingRelease
        let project: ID<Project>
        let settings: Project.Circuit
        /// How the last run ended on each machine, newest first, machines that are gone since included: in a fleet that
        /// replaces what fails, no others may be left. Only runs that were made since the circuit was last closed.
        let outcomes: [RunState]
    }

    /// Those of `releases` whose circuit is not open.
    static func load(_ releases: [FailingRelease], in tx: borrowing Transaction) throws -> [Record] {
        try tx.run(
            """
            SELECT s.environment_id, s.release_id, r.project_id, p.circuit_count, p.circuit_share_percent,
                   p.circuit_fall_back,
                   ARRAY(SELECT last.state
                         FROM (SELECT DISTINCT ON (t.machine_id) t.machine_id, t.state, t.finished_at
                               FROM (SELECT run.machine_id, run.state, run.finished_at
                                     FROM run JOIN deployment d ON d.id = run.deployment_id
                                     WHERE run.release_id = s.release_id AND d.environment_id = s.environment_id
                                       AND run.state IN ('succeeded', 'failed', 'unknown')
                                       AND run.created_at > coalesce(
                                           (SELECT max(c.closed_at) FROM release_circuit c
                                            WHERE c.environment_id = s.environment_id AND c.release_id = s.release_id),
                                           '-infinity')
                                     ORDER BY run.finished_at DESC LIMIT \(mostRuns)) t
                               ORDER BY t.machine_id, t.finished_at DESC) last
                         ORDER BY last.finished_at DESC, last.machine_id) AS outcomes
            FROM unnest(\(releases.map(\.environment))::bigint[], \(releases.map(\.release))::bigint[])
                 WITH ORDINALITY AS s(environment_id, release_id, position)
            JOIN release r ON r.id = s.release_id
            JOIN project p ON p.id = r.project_id
            WHERE NOT EXISTS (SELECT 1 FROM release_circuit c
                              WHERE c.environment_id = s.environment_id AND c.release_id = s.release_id
                                AND c.closed_at IS NULL)
            ORDER BY s.position
            """
        ).map { row in
            let outcomes: [String] = try row["outcomes"]
            return Record(
                release: FailingRelease(
                    environment: try row["environment_id"],
                    release: try row["release_id"]
                ),
                project: try row["project_id"],
                settings: Project.Circuit(
                    count: try row["circuit_count"],
                    sharePercent: try row["circuit_share_percent"],
                    fallBack: try row["circuit_fall_back"]
                ),
                outcomes: outcomes.compactMap(RunState.init(rawValue:))
            )
        }
    }
}
