package import FleetModel
package import Postgres

/// The SQL of the lists of environments and projects as people browse them.
package enum PlaceOverviewRows {
    package struct EnvironmentOverview: Sendable {
        package let name: String
        package let description: String
        package let machines: Int
        package let available: Int
        package let unavailable: Int
        package let projects: Int
        package let running: Int
        /// nil: it is static.
        package let ephemeral: Ephemeral?
    }

    /// By name, those after `after`.
    package static func environments(
        after: String,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [EnvironmentOverview] {
        try tx.run(
            """
            SELECT e.name, e.description, coalesce(m.machines, 0) AS machines, coalesce(m.available, 0) AS available,
                   coalesce(m.unavailable, 0) AS unavailable,
                   (SELECT count(*) FROM environment_release er WHERE er.environment_id = e.id
                      AND in_sight(\(seen.places)::bigint[], er.environment_id, er.project_id)) AS projects,
                   (SELECT count(*) FROM deployment d WHERE d.environment_id = e.id AND d.state = 'running'
                      AND in_sight(\(seen.places)::bigint[], d.environment_id, d.project_id)) AS running,
                   t.name AS template, x.expires_at, x.idle_limit_seconds, x.delete_when_empty, x.warn_before_seconds,
                   x.protected, x.created_by, x.teardown_at, x.teardown_reason
            FROM (SELECT id, name, description FROM environment
                  WHERE name > \(after) AND deleted_at IS NULL AND in_sight(\(seen.environments)::bigint[], id)
                  ORDER BY name LIMIT \(limit)) e
            LEFT JOIN (
                SELECT environment_id, count(*) AS machines,
                       count(*) FILTER (WHERE enabled AND health IN ('Healthy', 'HasWarnings')) AS available,
                       count(*) FILTER (WHERE health IN ('Unhealthy', 'Unavailable')) AS unavailable
                FROM machine WHERE deleted_at IS NULL GROUP BY environment_id
            ) m ON m.environment_id = e.id
            LEFT JOIN ephemeral_environment x ON x.environment_id = e.id
            LEFT JOIN environment t ON t.id = x.template_id
            ORDER BY e.name
            """
        ).map {
            EnvironmentOverview(
                name: try $0["name"],
                description: try $0["description"],
                machines: try $0["machines"],
                available: try $0["available"],
                unavailable: try $0["unavailable"],
                projects: try $0["projects"],
                running: try $0["running"],
                ephemeral: try Ephemeral(row: $0)
            )
        }
    }

    package struct ProjectOverview: Sendable {
        package let name: String
        package let description: String
        package let steps: Int
        package let triggers: Int
        package let latest: String?
        package let latestAt: Instant?
        package let environments: Int
    }

    /// By name, those after `after`.
    package static func projects(
        after: String,
        search: String?,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [ProjectOverview] {
        try tx.run(
            """
            SELECT p.name, p.description, jsonb_array_length(p.process) AS steps,
                   (SELECT count(*) FROM project_trigger t WHERE t.project_id = p.id) AS triggers,
                   newest.version AS latest, newest.created_at AS latest_at,
                   (SELECT count(*) FROM environment_release er WHERE er.project_id = p.id
                      AND in_sight(\(seen.places)::bigint[], er.environment_id, er.project_id)) AS environments
            FROM project p
            LEFT JOIN LATERAL (
                SELECT r.version, r.created_at FROM release r WHERE r.project_id = p.id ORDER BY r.id DESC LIMIT 1
            ) newest ON true
            WHERE p.name > \(after) AND (\(search)::text IS NULL OR strpos(p.name, lower(\(search))) > 0)
              AND in_sight(\(seen.projects)::bigint[], p.id)
            ORDER BY p.name LIMIT \(limit)
            """
        ).map {
            ProjectOverview(
                name: try $0["name"],
                description: try $0["description"],
                steps: try $0["steps"],
                triggers: try $0["triggers"],
                latest: try $0["latest"],
                latestAt: try $0["latest_at"],
                environments: try $0["environments"]
            )
        }
    }

    package struct ReleaseOverview: Sendable {
        package let id: ID<Release>
        package let version: String
        package let notes: String
        package let createdBy: String
        package let createdAt: Instant
        /// Environments that are to have it.
        package let environments: [String]
        /// Machines that proved to have it.
        package let machines: Int
    }

    /// Newest first, those before `before`.
    package static func releases(
        of project: ID<Project>,
        before: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [ReleaseOverview] {
        try tx.run(
            """
            SELECT r.id, r.version, r.notes, r.created_by, r.created_at,
                   ARRAY(SELECT e.name FROM environment_release er JOIN environment e ON e.id = er.environment_id
                         WHERE er.release_id = r.id AND in_sight(\(seen.places)::bigint[], er.environment_id, er.project_id)
                         ORDER BY e.name LIMIT 20) AS environments,
                   coalesce(has.machines, 0) AS machines
            FROM (SELECT * FROM release WHERE project_id = \(project) AND id < \(before)
                  ORDER BY id DESC LIMIT \(limit)) r
            LEFT JOIN (
                SELECT mr.actual_release_id, count(*) AS machines
                FROM machine_release mr JOIN machine m ON m.id = mr.machine_id AND m.deleted_at IS NULL
                WHERE mr.project_id = \(project) AND mr.incomplete_release_id IS NULL
                  AND in_sight(\(seen.places)::bigint[], m.environment_id, mr.project_id)
                GROUP BY mr.actual_release_id
            ) has ON has.actual_release_id = r.id
            ORDER BY r.id DESC
            """
        ).map {
            ReleaseOverview(
                id: try $0["id"],
                version: try $0["version"],
                notes: try $0["notes"],
                createdBy: try $0["created_by"],
                createdAt: try $0["created_at"],
                environments: try $0["environments"],
                machines: try $0["machines"]
            )
        }
    }
}
