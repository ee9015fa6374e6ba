package import FleetModel
package import Postgres

/// The SQL of the list of machines as people browse it: by name, searched, with facets, and with what should be and what
/// is on each.
package enum MachineOverviewRows {
    /// Which machines to list; nil fields do not restrict.
    package struct Filter: Sendable {
        /// A part of the name.
        package var search: String?
        package var environment: String?
        package var role: String?
        package var health: MachineHealth?
        /// The verdict of a need that is open.
        package var verdict: String?

        package init(
            search: String? = nil,
            environment: String? = nil,
            role: String? = nil,
            health: MachineHealth? = nil,
            verdict: String? = nil
        ) {
            self.search = search
            self.environment = environment
            self.role = role
            self.health = health
            self.verdict = verdict
        }
    }

    /// A machine as a line of a list.
    package struct Line: Sendable {
        package let id: ID<Machine>
        package let name: String
        package let environment: String
        package let roles: [String]
        package let enabled: Bool
        package let health: MachineHealth
        package let lastSeen: Instant?
        package let createdAt: Instant
    }

    /// By name, those after `after`.
    package static func list(
        _ filter: Filter,
        after: String,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Line] {
        try tx.run(
            """
            SELECT m.id, m.name, e.name AS environment, m.roles, m.enabled, m.health, s.seen_at, m.created_at
            FROM machine m
            JOIN environment e ON e.id = m.environment_id
            LEFT JOIN machine_presence s ON s.machine_id = m.id
            WHERE m.deleted_at IS NULL AND m.name > \(after)
              AND in_sight(\(seen.environments)::bigint[], m.environment_id)
              AND (\(filter.search)::text IS NULL OR strpos(lower(m.name), lower(\(filter.search))) > 0)
              AND (\(filter.environment)::text IS NULL OR e.name = \(filter.environment))
              AND (\(filter.role)::text IS NULL OR \(filter.role) = ANY (m.roles))
              AND (\(filter.health)::text IS NULL OR m.health = \(filter.health))
              AND (\(filter.verdict)::text IS NULL
                   OR EXISTS (SELECT 1 FROM need n WHERE n.machine_id = m.id AND n.closed_at IS NULL
                              AND n.verdict = \(filter.verdict)
                              AND in_sight(\(seen.places)::bigint[], m.environment_id, n.project_id)))
            ORDER BY m.name LIMIT \(limit)
            """
        ).map(Line.init(row:))
    }

    /// The machines that joined last.
    package static func newest(limit: Int, seen: Seen, in tx: borrowing Transaction) throws -> [Line] {
        try tx.run(
            """
            SELECT m.id, m.name, e.name AS environment, m.roles, m.enabled, m.health, s.seen_at, m.created_at
            FROM machine m
            JOIN environment e ON e.id = m.environment_id
            LEFT JOIN machine_presence s ON s.machine_id = m.id
            WHERE m.deleted_at IS NULL AND in_sight(\(seen.environments)::bigint[], m.environment_id)
            ORDER BY m.id DESC LIMIT \(limit)
            """
        ).map(Line.init(row:))
    }

    package struct Facet: Sendable {
        /// `environment`, `role` or `health`.
        package let kind: String
        package let value: String
        package let machines: Int
    }

    /// What can be filtered by, with the number of machines of all that are seen; at most 200 of each kind.
    package static func facets(seen: Seen, in tx: borrowing Transaction) throws -> [Facet] {
        try tx.run(
            """
            WITH live AS MATERIALIZED (
                SELECT environment_id, roles, health FROM machine
                WHERE deleted_at IS NULL AND in_sight(\(seen.environments)::bigint[], environment_id))
            (SELECT 'environment' AS kind, e.name AS value, count(live.environment_id) AS machines
             FROM environment e LEFT JOIN live ON live.environment_id = e.id
             WHERE in_sight(\(seen.environments)::bigint[], e.id) GROUP BY e.name ORDER BY e.name LIMIT 200)
            UNION ALL
            (SELECT 'role', r.role, count(*) FROM live, unnest(live.roles) r(role) GROUP BY r.role ORDER BY r.role LIMIT 200)
            UNION ALL
            (SELECT 'health', live.health, count(*) FROM live GROUP BY live.health ORDER BY live.health)
            """
        ).map { Facet(kind: try $0["kind"], value: try $0["value"], machines: try $0["machines"]) }
    }

    /// What should be and what is on a machine, of one project.
    package struct Status: Sendable {
        package let project: String
        package let shouldBe: String?
        package let isOnIt: String?
        package let verdict: String
    }

    /// For each of `machines`, the projects that have to do with it, by name.
    package static func statuses(
        of machines: [ID<Machine>],
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [ID<Machine>: [Status]] {
        var found: [ID<Machine>: [Status]] = [:]
        let rows = try tx.run(
            """
            SELECT machine_id, project, should_be, is_on_it, verdict FROM machine_status s
            WHERE machine_id = ANY (\(machines)::bigint[])
              AND (\(seen.isEverything)
                   OR EXISTS (SELECT 1 FROM machine m CROSS JOIN project p WHERE m.id = s.machine_id AND p.name = s.project
                              AND in_sight(\(seen.places)::bigint[], m.environment_id, p.id)))
              AND (should_be IS NOT NULL OR is_on_it IS NOT NULL OR need_id IS NOT NULL OR deployment_id IS NOT NULL)
            ORDER BY machine_id, project LIMIT 5000
            """
        )
        for row in rows {
            found[try row["machine_id"], default: []].append(
                Status(
                    project: try row["project"],
                    shouldBe: try row["should_be"],
                    isOnIt: try row["is_on_it"],
                    verdict: try row["verdict"]
                )
            )
        }
        return found
    }

    /// A run of the machine's past.
    package struct PastRun: Sendable {
        package let deployment: ID<Deployment>
        package let project: String
        package let release: String
        package let kind: DeploymentKind
        package let state: RunState
        package let reason: String
        package let createdAt: Instant
        package let finishedAt: Instant?
    }

    /// Newest first.
    package static func runs(
        of machine: ID<Machine>,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [PastRun] {
        try tx.run(
            """
            SELECT run.deployment_id, p.name AS project, r.version AS release, d.kind, run.state, run.reason,
                   run.created_at, run.finished_at
            FROM run
            JOIN deployment d ON d.id = run.deployment_id
            JOIN project p ON p.id = run.project_id
            JOIN release r ON r.id = run.release_id
            WHERE run.machine_id = \(machine) AND in_sight(\(seen.places)::bigint[], d.environment_id, d.project_id)
            ORDER BY run.id DESC LIMIT \(limit)
            """
        ).map {
            PastRun(
                deployment: try $0["deployment_id"],
                project: try $0["project"],
                release: try $0["release"],
                kind: try $0["kind"],
                state: try $0["state"],
                reason: try $0["reason"],
                createdAt: try $0["created_at"],
                finishedAt: try $0["finished_at"]
            )
        }
    }

    /// The machine policy that the machine follows, with what it inherits.
    package struct Policy: Sendable {
        package let name: String
        package let checkKind: String?
        package let checkIntervalSeconds: Int?
        package let checkCron: String?
        package let unavailableAfterSeconds: Int?
        package let deleteUnavailable: Bool
        package let deleteAfterSeconds: Int?
    }

    package static func policy(of machine: ID<Machine>, in tx: borrowing Transaction) throws -> Policy? {
        try tx.run(
            """
            SELECT f.name, f.check_kind, f.check_interval_seconds, f.check_cron, f.unavailable_after_seconds,
                   coalesce(f.delete_unavailable, false) AS delete_unavailable, f.delete_after_seconds
            FROM machine m CROSS JOIN LATERAL machine_policy_of(m.policy_id) f
            WHERE m.id = \(machine)
            """
        ).first.map {
            Policy(
                name: try $0["name"],
                checkKind: try $0["check_kind"],
                checkIntervalSeconds: try $0["check_interval_seconds"],
                checkCron: try $0["check_cron"],
                unavailableAfterSeconds: try $0["unavailable_after_seconds"],
                deleteUnavailable: try $0["delete_unavailable"],
                deleteAfterSeconds: try $0["delete_after_seconds"]
            )
        }
    }
}

extension MachineOverviewRows.Line {
    fileprivate init(row: Row) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            environment: try row["environment"],
            roles: try row["roles"],
            enabled: try row["enabled"],
            health: try row["health"],
            lastSeen: try row["seen_at"],
            createdAt: try row["created_at"]
        )
    }
}
