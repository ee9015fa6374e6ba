package import FleetModel
package import Postgres

/// The SQL of the dashboard: projects by environments, in a number of statements that no fleet changes.
package enum DashboardRows {
    /// A project or an environment, as a row or a column is headed.
    package struct Heading<Subject>: Sendable {
        package let id: ID<Subject>
        package let name: String
    }

    /// What an environment is to have of a project, and how far it is.
    package struct Cell: Sendable {
        package let project: ID<Project>
        package let environment: ID<Environment>
        package let release: String?
        package let isPinned: Bool
        package let since: Instant?
        /// Machines that a step of their release is for, and those of them that proved to have it.
        package let machines: Int
        package let upToDate: Int
        /// Open needs that wait for something to be done about them.
        package let failing: Int
        /// Deployments under way, and the newest of them.
        package let running: Int
        package let runningID: ID<Deployment>?
        package let lastRollout: LastRollout?
        package let circuitIsOpen: Bool
    }

    package struct LastRollout: Sendable {
        package let id: ID<Deployment>
        package let release: String
        package let state: DeploymentState
    }

    /// By name, those after `after`; `search` is a part of the name.
    package static func projects(
        after: String,
        search: String?,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Heading<Project>] {
        try tx.run(
            """
            SELECT id, name FROM project
            WHERE name > \(after) AND (\(search)::text IS NULL OR strpos(name, lower(\(search))) > 0)
              AND in_sight(\(seen.projects)::bigint[], id)
            ORDER BY name LIMIT \(limit)
            """
        ).map { Heading(id: try $0["id"], name: try $0["name"]) }
    }

    package static func environments(
        only name: String?,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Heading<Environment>] {
        try tx.run(
            """
            SELECT id, name FROM environment
            WHERE deleted_at IS NULL AND (\(name)::text IS NULL OR name = \(name))
              AND in_sight(\(seen.environments)::bigint[], id)
            ORDER BY name LIMIT \(limit)
            """
        ).map { Heading(id: try $0["id"], name: try $0["name"]) }
    }

    /// How many machines there are of each health; those that are disabled are counted as `disabled`.
    package static func health(seen: Seen, in tx: borrowing Transaction) throws -> [String: Int] {
        let rows = try tx.run(
            """
            SELECT CASE WHEN enabled THEN health ELSE 'disabled' END AS health, count(*) AS machines
            FROM machine WHERE deleted_at IS NULL AND in_sight(\(seen.environments)::bigint[], environment_id)
            GROUP BY 1
            """
        )
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["health"], try $0["machines"]) })
    }
}
