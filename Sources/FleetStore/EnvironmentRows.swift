package import FleetModel
package import Postgres

/// The SQL of `environment`.
package enum EnvironmentRows {
    package static func find(
        _ name: String,
        seen: Seen = .everything,
        in tx: borrowing Transaction
    ) throws -> Environment? {
        try tx.run(
            """
            SELECT e.id, e.name, e.description, e.created_at, t.name AS template, x.expires_at, x.idle_limit_seconds,
                   x.delete_when_empty, x.warn_before_seconds, x.protected, x.created_by, x.teardown_at, x.teardown_reason
            FROM environment e
            LEFT JOIN ephemeral_environment x ON x.environment_id = e.id
            LEFT JOIN environment t ON t.id = x.template_id
            WHERE e.deleted_at IS NULL AND e.name = \(name) AND in_sight(\(seen.environments)::bigint[], e.id)
            """
        ).first.map(Environment.init(row:))
    }

    /// By name, those after `after`.
    package static func list(
        after: String,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Environment] {
        try tx.run(
            """
            SELECT e.id, e.name, e.description, e.created_at, t.name AS template, x.expires_at, x.idle_limit_seconds,
                   x.delete_when_empty, x.warn_before_seconds, x.protected, x.created_by, x.teardown_at, x.teardown_reason
            FROM environment e
            LEFT JOIN ephemeral_environment x ON x.environment_id = e.id
            LEFT JOIN environment t ON t.id = x.template_id
            WHERE e.deleted_at IS NULL AND e.name > \(after) AND in_sight(\(seen.environments)::bigint[], e.id)
            ORDER BY e.name LIMIT \(limit)
            """
        ).map(Environment.init(row:))
    }

    /// The ids of those of `names` that exist; locked against deletion until the transaction ends.
    package static func ids(
        of names: [String],
        in tx: borrowing Transaction
    ) throws -> [String: ID<Environment>] {
        let rows = try tx.run(
            "SELECT id, name FROM environment WHERE name = ANY (\(names)) AND deleted_at IS NULL FOR KEY SHARE"
        )
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["name"], try $0["id"]) })
    }

    /// Creates and changes what differs; returns only that.
    static func apply(
        _ documents: [EnvironmentDocument],
        in tx: borrowing Transaction
    ) throws -> [AppliedRow<Environment>] {
        try tx.run(
            """
            INSERT INTO environment (name, description)
            SELECT d.name, d.description
            FROM unnest(\(documents.map(\.name))::text[], \(documents.map { $0.description ?? "" })::text[])
                 AS d(name, description)
            ORDER BY d.name
            ON CONFLICT (name) DO UPDATE SET description = excluded.description, updated_at = now()
                WHERE environment.description <> excluded.description
            RETURNING id, name, xmax = 0 AS created
            """
        ).map(AppliedRow.init(row:))
    }
}

/// A row that an apply created or changed.
struct AppliedRow<Subject> {
    let id: ID<Subject>
    let name: String
    let created: Bool

    /// `xmax = 0` holds for a row that was inserted, not for one that was updated on conflict.
    init(row: Row) throws {
        id = try row["id"]
        name = try row["name"]
        created = try row["created"]
    }
}

extension Environment {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            description: try row["description"],
            createdAt: try row["created_at"],
            ephemeral: try Ephemeral(row: row)
        )
    }
}

extension Ephemeral {
    /// nil: the environment is static.
    init?(row: Row) throws {
        guard let template: String = try row["template"] else { return nil }
        let teardownAt: Instant? = try row["teardown_at"]
        self.init(
            from: template,
            expiresAt: try row["expires_at"],
            idleLimitSeconds: try row["idle_limit_seconds"],
            deleteWhenEmpty: try row["delete_when_empty"],
            warnBeforeSeconds: try row["warn_before_seconds"],
            protected: try row["protected"],
            createdBy: try row["created_by"],
            teardownAt: teardownAt,
            teardownReason: teardownAt == nil ? nil : try row["teardown_reason"]
        )
    }
}
