package import FleetModel
import FleetRules
package import Postgres

/// Finds what the names of a sight stand for now.
enum SightRows {
    /// No statement for whoever sees everything.
    static func resolve(_ sight: Sight, in tx: borrowing Transaction) throws -> Seen {
        guard let areas = sight.areas else { return .everything }
        let row = try tx.run(
            """
            WITH area AS (
                SELECT value -> 'environments' AS environments, value -> 'projects' AS projects
                FROM jsonb_array_elements(\(try JSONText.encode(areas))::jsonb)
            ), place AS (
                SELECT coalesce(e.id, 0) AS environment, coalesce(p.id, 0) AS project
                FROM area
                LEFT JOIN environment e ON area.environments ? e.name AND e.deleted_at IS NULL
                LEFT JOIN project p ON area.projects ? p.name
                WHERE (area.environments IS NULL OR e.id IS NOT NULL) AND (area.projects IS NULL OR p.id IS NOT NULL)
            )
            SELECT coalesce(array_agg(DISTINCT environment), '{}') AS environments,
                   coalesce(array_agg(DISTINCT project), '{}') AS projects,
                   coalesce(array_agg(DISTINCT place_key(environment, project)), '{}') AS places
            FROM place
            """
        )[0]
        let environments: [Int64] = try row["environments"]
        let projects: [Int64] = try row["projects"]
        return Seen(
            environments: environments.contains(0) ? nil : environments,
            projects: projects.contains(0) ? nil : projects,
            places: try row["places"]
        )
    }

    /// Where a project is seen; nil: in every environment.
    static func environments(
        of project: ID<Project>,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Set<ID<Environment>>? {
        guard !seen.isEverything else { return nil }
        let rows = try tx.run(
            "SELECT id FROM environment WHERE in_sight(\(seen.places)::bigint[], id, \(project)::bigint)"
        )
        return Set(try rows.map { try $0["id"] })
    }
}

extension Changes {
    /// What whoever makes the changes sees.
    package func seen(in tx: borrowing Transaction) throws -> Seen {
        try SightRows.resolve(Sight(of: principal), in: tx)
    }
}

extension Store {
    /// Reads in one transaction what `principal` asks for; the statements are given what that one sees.
    package func look<Value: Sendable>(
        as principal: Principal,
        _ body: @Sendable (borrowing Transaction, Seen) throws -> Value
    ) async throws -> Value {
        let sight = Sight(of: principal)
        return try await read { tx in try body(tx, SightRows.resolve(sight, in: tx)) }
    }
}
