package import FleetModel
package import Postgres

/// The SQL of `release`.
package enum ReleaseRows {
    package static func find(
        project: String,
        version: String,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Release? {
        try tx.run(
            """
            SELECT r.id, p.name AS project, r.version, r.process, r.variables, r.environment_variables, r.notes,
                   r.created_by, r.created_at
            FROM release r JOIN project p ON p.id = r.project_id
            WHERE p.name = \(project) AND r.version = \(version)
              AND in_sight(\(seen.projects)::bigint[], r.project_id)
            """
        ).first.map(Release.init(row:))
    }

    /// Newest first, those before `before`.
    package static func list(
        project: String,
        before: ID<Release>,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Release] {
        try tx.run(
            """
            SELECT r.id, p.name AS project, r.version, r.process, r.variables, r.environment_variables, r.notes,
                   r.created_by, r.created_at
            FROM release r JOIN project p ON p.id = r.project_id
            WHERE p.name = \(project) AND r.id < \(before)
              AND in_sight(\(seen.projects)::bigint[], r.project_id)
            ORDER BY r.id DESC LIMIT \(limit)
            """
        ).map(Release.init(row:))
    }

    /// Freezes one; nil when the version is taken.
    static func insert(
        of project: Project,
        version: String,
        process: [Step],
        notes: String,
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> Release? {
        try tx.run(
            """
            INSERT INTO release (project_id, version, process, variables, environment_variables, notes, created_by)
            SELECT p.id, \(version), \(try JSONText.encode(process))::jsonb, p.variables,
                   p.environment_variables, \(notes), \(actor)
            FROM project p WHERE p.id = \(project.id)
            ON CONFLICT (project_id, version) DO NOTHING
            RETURNING id, \(project.name)::text AS project, version, process, variables,
                      environment_variables, notes, created_by, created_at
            """
        ).first.map(Release.init(row:))
    }
}

extension Release {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            project: try row["project"],
            version: try row["version"],
            process: try JSONText.decode(from: row["process"]),
            variables: try JSONText.decode(from: row["variables"]),
            environmentVariables: try JSONText.decode(from: row["environment_variables"]),
            notes: try row["notes"],
            createdBy: try row["created_by"],
            createdAt: try row["created_at"]
        )
    }
}
