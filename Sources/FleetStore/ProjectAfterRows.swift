import FleetModel
import FleetRules
import Postgres

/// The SQL of `project_after`: which projects come first on a machine.
enum ProjectAfterRows {
    /// Until the transaction ends, nobody else changes the order: two applies that are without a cycle each could make
    /// one together.
    static func lock(in tx: borrowing Transaction) throws {
        try tx.run(
            "SELECT pg_advisory_xact_lock(hashtext('tidemark.project_after.' || current_schema()), 0)"
        )
    }

    /// Every project that has others before it, by name. The order is locked.
    static func edges(in tx: borrowing Transaction) throws -> [String: Set<String>] {
        var edges: [String: Set<String>] = [:]
        let rows = try tx.run(
            """
            SELECT p.name AS project, b.name AS before
            FROM project_after a JOIN project p ON p.id = a.project_id JOIN project b ON b.id = a.after_id
            """
        )
        for row in rows { edges[try row["project"], default: []].insert(try row["before"]) }
        return edges
    }

    /// Makes `pairs` what comes before `projects`; returns the projects for which that was a change.
    static func set(
        of projects: [ID<Project>],
        to pairs: [(project: ID<Project>, after: ID<Project>)],
        in tx: borrowing Transaction
    ) throws -> Set<ID<Project>> {
        let rows = try tx.run(
            """
            WITH wanted AS (
                SELECT w.project_id, w.after_id
                FROM unnest(\(pairs.map(\.project))::bigint[], \(pairs.map(\.after))::bigint[])
                     AS w(project_id, after_id)
            ), removed AS (
                DELETE FROM project_after a
                WHERE a.project_id = ANY (\(projects)::bigint[])
                  AND (a.project_id, a.after_id) NOT IN (SELECT project_id, after_id FROM wanted)
                RETURNING a.project_id
            ), added AS (
                INSERT INTO project_after (project_id, after_id)
                SELECT project_id, after_id FROM wanted
                ON CONFLICT DO NOTHING
                RETURNING project_id
            )
            SELECT project_id FROM removed UNION SELECT project_id FROM added
            """
        )
        return Set(try rows.map { try $0["project_id"] })
    }
}
