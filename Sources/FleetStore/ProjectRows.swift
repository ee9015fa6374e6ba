package import FleetModel
package import Postgres

/// The SQL of `project`.
package enum ProjectRows {
    package static func find(
        _ name: String,
        seen: Seen = .everything,
        in tx: borrowing Transaction
    ) throws -> Project? {
        try tx.run(
            """
            SELECT id, name, description, process, teardown, variables, environment_variables, unavailable_targets, unhealthy_targets,
                   minimum_healthy_percent, created_at, updated_at,
                   circuit_count, circuit_share_percent, circuit_fall_back, phases,
                   ARRAY(SELECT b.name FROM project_after a JOIN project b ON b.id = a.after_id
                         WHERE a.project_id = project.id ORDER BY b.name) AS after
            FROM project WHERE name = \(name) AND in_sight(\(seen.projects)::bigint[], id)
            """
        ).first.map(Project.init(row:))
    }

    /// The project as it is until the transaction ends: nobody applies another version of it meanwhile.
    static func findForRelease(_ name: String, in tx: borrowing Transaction) throws -> Project? {
        try tx.run(
            """
            SELECT id, name, description, process, teardown, variables, environment_variables, unavailable_targets, unhealthy_targets,
                   minimum_healthy_percent, created_at, updated_at,
                   circuit_count, circuit_share_percent, circuit_fall_back, phases,
                   ARRAY(SELECT b.name FROM project_after a JOIN project b ON b.id = a.after_id
                         WHERE a.project_id = project.id ORDER BY b.name) AS after
            FROM project WHERE name = \(name) FOR SHARE
            """
        ).first.map(Project.init(row:))
    }

    /// By name, those after `after`.
    package static func list(
        after: String,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Project] {
        try tx.run(
            """
            SELECT id, name, description, process, teardown, variables, environment_variables, unavailable_targets, unhealthy_targets,
                   minimum_healthy_percent, created_at, updated_at,
                   circuit_count, circuit_share_percent, circuit_fall_back, phases,
                   ARRAY(SELECT b.name FROM project_after a JOIN project b ON b.id = a.after_id
                         WHERE a.project_id = project.id ORDER BY b.name) AS after
            FROM project WHERE name > \(after) AND in_sight(\(seen.projects)::bigint[], id)
            ORDER BY name LIMIT \(limit)
            """
        ).map(Project.init(row:))
    }

    /// The ids of those of `names` that exist.
    package static func ids(of names: [String], in tx: borrowing Transaction) throws -> [String: ID<Project>]
    {
        let rows = try tx.run("SELECT id, name FROM project WHERE name = ANY (\(names)) FOR KEY SHARE")
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["name"], try $0["id"]) })
    }

    /// Creates and changes what differs; returns only that. A project with an automatic phase acts for `principal` from now on.
    static func apply(
        _ documents: [ProjectDocument],
        by principal: Principal,
        in tx: borrowing Transaction
    ) throws -> [AppliedRow<Project>] {
        let holders = principal.holders
        return try tx.run(
            """
            INSERT INTO project (name, description, process, variables, environment_variables, circuit_count, circuit_share_percent,
                                 circuit_fall_back, unavailable_targets, unhealthy_targets, minimum_healthy_percent,
                                 phases, teardown, person_id, api_key_id)
            SELECT d.name, d.description, d.process::jsonb, d.variables::jsonb, d.environment_variables::jsonb, d.circuit_count, d.circuit_share,
                   d.circuit_fall_back, d.unavailable, d.unhealthy, d.minimum, d.phases::jsonb, d.teardown::jsonb,
                   CASE WHEN d.automatic THEN \(holders.person)::bigint END,
                   CASE WHEN d.automatic THEN \(holders.key)::bigint END
            FROM unnest(\(documents.map(\.name))::text[],
                        \(documents.map { $0.description ?? "" })::text[],
                        \(try documents.map { try JSONText.encode($0.process) })::text[],
                        \(try documents.map { try JSONText.encode($0.variables) })::text[],
                        \(try documents.map { try JSONText.encode($0.environmentVariables) })::text[],
                        \(documents.map(\.circuit.count))::integer[],
                        \(documents.map(\.circuit.sharePercent))::integer[],
                        \(documents.map(\.circuit.fallBack))::boolean[],
                        \(documents.map(\.deployment.unavailableTargets))::text[],
                        \(documents.map(\.deployment.unhealthyTargets))::text[],
                        \(documents.map(\.deployment.minimumHealthy))::integer[],
                        \(try documents.map { try JSONText.encode($0.phases) })::text[],
                        \(try documents.map { try JSONText.encode($0.teardown) })::text[],
                        \(documents.map { $0.phases.contains(where: \.automatic) })::boolean[])
                 AS d(name, description, process, variables, environment_variables, circuit_count, circuit_share, circuit_fall_back,
                      unavailable, unhealthy, minimum, phases, teardown, automatic)
            ORDER BY d.name
            ON CONFLICT (name) DO UPDATE
                SET description = excluded.description, process = excluded.process,
                    variables = excluded.variables, environment_variables = excluded.environment_variables,
                    circuit_count = excluded.circuit_count,
                    circuit_share_percent = excluded.circuit_share_percent,
                    circuit_fall_back = excluded.circuit_fall_back,
                    unavailable_targets = excluded.unavailable_targets,
                    unhealthy_targets = excluded.unhealthy_targets,
                    minimum_healthy_percent = excluded.minimum_healthy_percent, phases = excluded.phases,
                    teardown = excluded.teardown, person_id = excluded.person_id, api_key_id = excluded.api_key_id,
                    updated_at = now()
                WHERE (project.description, project.process, project.variables, project.environment_variables,
                       project.circuit_count,
                       project.circuit_share_percent, project.circuit_fall_back, project.unavailable_targets,
                       project.unhealthy_targets, project.minimum_healthy_percent, project.phases, project.teardown,
                       project.person_id, project.api_key_id)
                      IS DISTINCT FROM
                      (excluded.description, excluded.process, excluded.variables, excluded.environment_variables,
                       excluded.circuit_count, excluded.circuit_share_percent, excluded.circuit_fall_back, excluded.unavailable_targets,
                       excluded.unhealthy_targets, excluded.minimum_healthy_percent, excluded.phases, excluded.teardown,
                       excluded.person_id, excluded.api_key_id)
            RETURNING id, name, xmax = 0 AS created
            """
        ).map(AppliedRow.init(row:))
    }
}

extension Project {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            description: try row["description"],
            process: try JSONText.decode(from: row["process"]),
            teardown: try JSONText.decode(from: row["teardown"]),
            variables: try JSONText.decode(from: row["variables"]),
            environmentVariables: try JSONText.decode(from: row["environment_variables"]),
            deployment: try DeploymentSettings(row: row),
            circuit: Circuit(
                count: try row["circuit_count"],
                sharePercent: try row["circuit_share_percent"],
                fallBack: try row["circuit_fall_back"]
            ),
            after: try row["after"],
            phases: try JSONText.decode(from: row["phases"]),
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}
