package import FleetModel
package import Postgres

/// The SQL of `project`.
package enum ProjectRows {
    package static func find(_ name: String, in tx: borrowing Transaction) throws -> Project? {
        try tx.run(
            """
            SELECT id, name, description, process, variables, created_at, updated_at,
                   circuit_count, circuit_share_percent, circuit_fall_back,
                   ARRAY(SELECT b.name FROM project_after a JOIN project b ON b.id = a.after_id
                         WHERE a.project_id = project.id ORDER BY b.name) AS after
            FROM project WHERE name = \(name)
            """
        ).first.map(Project.init(row:))
    }

    /// The project as it is until the transaction ends: nobody applies another version of it meanwhile.
    static func findForRelease(_ name: String, in tx: borrowing Transaction) throws -> Project? {
        try tx.run(
            """
            SELECT id, name, description, process, variables, created_at, updated_at,
                   circuit_count, circuit_share_percent, circuit_fall_back,
                   ARRAY(SELECT b.name FROM project_after a JOIN project b ON b.id = a.after_id
                         WHERE a.project_id = project.id ORDER BY b.name) AS after
            FROM project WHERE name = \(name) FOR SHARE
            """
        ).first.map(Project.init(row:))
    }

    /// By name, those after `after`.
    package static func list(after: String, limit: Int, in tx: borrowing Transaction) throws -> [Project] {
        try tx.run(
            """
            SELECT id, name, description, process, variables, created_at, updated_at,
                   circuit_count, circuit_share_percent, circuit_fall_back,
                   ARRAY(SELECT b.name FROM project_after a JOIN project b ON b.id = a.after_id
                         WHERE a.project_id = project.id ORDER BY b.name) AS after
            FROM project WHERE name > \(after) ORDER BY name LIMIT \(limit)
            """
        ).map(Project.init(row:))
    }

    /// The ids of those of `names` that exist.
    package static func ids(of names: [String], in tx: borrowing Transaction) throws -> [String: ID<Project>]
    {
        let rows = try tx.run("SELECT id, name FROM project WHERE name = ANY (\(names)) FOR KEY SHARE")
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["name"], try $0["id"]) })
    }

    /// Creates and changes what differs; returns only that.
    static func apply(
        _ documents: [ProjectDocument],
        in tx: borrowing Transaction
    ) throws -> [AppliedRow<Project>] {
        try tx.run(
            """
            INSERT INTO project (name, description, process, variables, circuit_count, circuit_share_percent,
                                 circuit_fall_back)
            SELECT d.name, d.description, d.process::jsonb, d.variables::jsonb, d.circuit_count, d.circuit_share,
                   d.circuit_fall_back
            FROM unnest(\(documents.map(\.name))::text[],
                        \(documents.map { $0.description ?? "" })::text[],
                        \(try documents.map { try JSONText.encode($0.process) })::text[],
                        \(try documents.map { try JSONText.encode($0.variables) })::text[],
                        \(documents.map(\.circuit.count))::integer[],
                        \(documents.map(\.circuit.sharePercent))::integer[],
                        \(documents.map(\.circuit.fallBack))::boolean[])
                 AS d(name, description, process, variables, circuit_count, circuit_share, circuit_fall_back)
            ORDER BY d.name
            ON CONFLICT (name) DO UPDATE
                SET description = excluded.description, process = excluded.process,
                    variables = excluded.variables, circuit_count = excluded.circuit_count,
                    circuit_share_percent = excluded.circuit_share_percent,
                    circuit_fall_back = excluded.circuit_fall_back, updated_at = now()
                WHERE (project.description, project.process, project.variables, project.circuit_count,
                       project.circuit_share_percent, project.circuit_fall_back)
                      IS DISTINCT FROM
                      (excluded.description, excluded.process, excluded.variables, excluded.circuit_count,
                       excluded.circuit_share_percent, excluded.circuit_fall_back)
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
            variables: try JSONText.decode(from: row["variables"]),
            circuit: Circuit(
                count: try row["circuit_count"],
                sharePercent: try row["circuit_share_percent"],
                fallBack: try row["circuit_fall_back"]
            ),
            after: try row["after"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}
