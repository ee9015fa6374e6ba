package import FleetModel
package import Postgres

/// The cells of the dashboard, for all machines in one statement.
///
/// `desired_release` asks for one machine and one project; for ten thousand machines the same rule is written here as
/// joins. A test compares the two. Machines of the same environment and roles are alike until something is on one or one
/// is pinned, so that what is counted one by one is what is known of machines, and not every machine for every project.
extension DashboardRows {
    package static func cells(
        projects: [ID<Project>],
        environments: [ID<Environment>],
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Cell] {
        try tx.run(
            """
            WITH place AS (
                SELECT e.id AS environment_id, p.id AS project_id, er.release_id AS rolled_out, er.since,
                       pin.release_id AS pinned, pin.created_at AS pinned_at,
                       circuit.id AS circuit_id, circuit.fallback_release_id AS fallback
                FROM unnest(\(environments)::bigint[]) e(id)
                CROSS JOIN unnest(\(projects)::bigint[]) p(id)
                LEFT JOIN environment_release er ON er.environment_id = e.id AND er.project_id = p.id
                LEFT JOIN pin ON pin.project_id = p.id AND pin.environment_id = e.id AND pin.ended_at IS NULL
                      AND (pin.expires_at IS NULL OR pin.expires_at > now())
                LEFT JOIN release_circuit circuit ON circuit.environment_id = e.id
                      AND circuit.release_id = er.release_id AND circuit.closed_at IS NULL
                WHERE in_sight(\(seen.places)::bigint[], e.id, p.id)
            ), kind AS MATERIALIZED (
                SELECT row_number() OVER () AS id, environment_id, roles, count(*) AS machines
                FROM machine
                WHERE deleted_at IS NULL AND environment_id = ANY (\(environments)::bigint[])
                GROUP BY environment_id, roles
            ), member AS MATERIALIZED (
                SELECT m.id, kind.id AS kind_id
                FROM kind
                JOIN machine m ON m.environment_id = kind.environment_id AND m.roles = kind.roles AND m.deleted_at IS NULL
            ), machine_pin AS MATERIALIZED (
                SELECT machine_id, project_id, release_id FROM pin
                WHERE machine_id IS NOT NULL AND ended_at IS NULL AND (expires_at IS NULL OR expires_at > now())
                  AND project_id = ANY (\(projects)::bigint[])
            ), known AS (
                SELECT mr.machine_id, mr.project_id, machine_pin.release_id AS pinned, mr.actual_release_id,
                       mr.incomplete_release_id
                FROM machine_release mr
                LEFT JOIN machine_pin ON machine_pin.machine_id = mr.machine_id AND machine_pin.project_id = mr.project_id
                WHERE mr.project_id = ANY (\(projects)::bigint[])
                UNION ALL
                SELECT machine_id, project_id, release_id, NULL, NULL FROM machine_pin
                WHERE NOT EXISTS (SELECT 1 FROM machine_release mr WHERE mr.machine_id = machine_pin.machine_id
                                                                     AND mr.project_id = machine_pin.project_id)
            ), counted_known AS MATERIALIZED (
                SELECT m.kind_id, known.project_id, known.pinned, known.actual_release_id, known.incomplete_release_id,
                       count(*) AS machines
                FROM known JOIN member m ON m.id = known.machine_id
                GROUP BY m.kind_id, known.project_id, known.pinned, known.actual_release_id, known.incomplete_release_id
            ), special AS (
                SELECT kind.id AS kind_id, place.environment_id, place.project_id, kind.roles, pair.machines,
                       coalesce(pair.pinned, place.pinned,
                                CASE WHEN pair.actual_release_id = place.rolled_out AND pair.incomplete_release_id IS NULL
                                     THEN place.rolled_out ELSE place.fallback END,
                                place.rolled_out) AS desired,
                       CASE WHEN pair.incomplete_release_id IS NULL THEN pair.actual_release_id END AS actual
                FROM counted_known pair
                JOIN kind ON kind.id = pair.kind_id
                JOIN place ON place.environment_id = kind.environment_id AND place.project_id = pair.project_id
            ), grouped AS (
                SELECT environment_id, project_id, roles, desired, machines,
                       CASE WHEN actual = desired THEN machines ELSE 0 END AS up_to_date
                FROM special
                UNION ALL
                SELECT place.environment_id, place.project_id, kind.roles,
                       coalesce(place.pinned, place.fallback, place.rolled_out), kind.machines - coalesce(s.machines, 0), 0
                FROM place
                JOIN kind ON kind.environment_id = place.environment_id
                LEFT JOIN (SELECT kind_id, project_id, sum(machines) AS machines FROM special GROUP BY kind_id, project_id) s
                     ON s.kind_id = kind.id AND s.project_id = place.project_id
            ), counted AS (
                SELECT g.environment_id, g.project_id, sum(g.machines)::bigint AS machines,
                       sum(g.up_to_date)::bigint AS up_to_date
                FROM grouped g JOIN release r ON r.id = g.desired
                WHERE g.machines > 0
                  AND EXISTS (SELECT 1 FROM jsonb_array_elements(r.process) s
                              WHERE jsonb_array_length(coalesce(s -> 'roles', '[]')) = 0 OR s -> 'roles' ?| g.roles)
                GROUP BY g.environment_id, g.project_id
            ), waiting AS (
                SELECT m.environment_id, n.project_id, count(*) AS failing
                FROM need n JOIN machine m ON m.id = n.machine_id AND m.deleted_at IS NULL
                WHERE n.closed_at IS NULL AND n.project_id = ANY (\(projects)::bigint[])
                  AND n.verdict IN ('retryLater', 'quarantined', 'circuitOpen', 'runCancelled')
                GROUP BY m.environment_id, n.project_id
            ), busy AS (
                SELECT environment_id, project_id, count(*) AS running, max(id) AS running_id
                FROM deployment WHERE state = 'running' GROUP BY environment_id, project_id
            )
            SELECT place.project_id, place.environment_id, shown.version AS release, place.pinned IS NOT NULL AS is_pinned,
                   coalesce(place.pinned_at, place.since) AS since,
                   coalesce(counted.machines, 0) AS machines, coalesce(counted.up_to_date, 0) AS up_to_date,
                   coalesce(waiting.failing, 0) AS failing,
                   coalesce(busy.running, 0) AS running, busy.running_id,
                   last.id AS last_id, last.state AS last_state, last.version AS last_release,
                   place.circuit_id IS NOT NULL AS circuit_is_open
            FROM place
            LEFT JOIN release shown ON shown.id = coalesce(place.pinned, place.rolled_out)
            LEFT JOIN counted ON counted.environment_id = place.environment_id AND counted.project_id = place.project_id
            LEFT JOIN waiting ON waiting.environment_id = place.environment_id AND waiting.project_id = place.project_id
            LEFT JOIN busy ON busy.environment_id = place.environment_id AND busy.project_id = place.project_id
            LEFT JOIN LATERAL (
                SELECT d.id, d.state, r.version FROM deployment d JOIN release r ON r.id = d.release_id
                WHERE d.project_id = place.project_id AND d.environment_id = place.environment_id AND d.kind = 'rollout'
                ORDER BY d.id DESC LIMIT 1
            ) last ON true
            WHERE shown.id IS NOT NULL OR busy.running_id IS NOT NULL OR last.id IS NOT NULL OR counted.machines > 0
            """
        ).map(Cell.init(row:))
    }
}

extension DashboardRows.Cell {
    fileprivate init(row: Row) throws {
        let last: ID<Deployment>? = try row["last_id"]
        self.init(
            project: try row["project_id"],
            environment: try row["environment_id"],
            release: try row["release"],
            isPinned: try row["is_pinned"],
            since: try row["since"],
            machines: try row["machines"],
            upToDate: try row["up_to_date"],
            failing: try row["failing"],
            running: try row["running"],
            runningID: try row["running_id"],
            lastRollout: try last.map {
                DashboardRows.LastRollout(
                    id: $0,
                    release: try row["last_release"],
                    state: try row["last_state"]
                )
            },
            circuitIsOpen: try row["circuit_is_open"]
        )
    }
}
