import FleetModel
package import Postgres

/// Which machines a trigger is for as things are, whether it exists yet or not.
package enum TriggerReachRows {
    package struct Reach: Sendable {
        package let machines: Int
        /// The first few of them by name.
        package let names: [String]
    }

    /// `environments` and `roles` by name; empty: all of them.
    package static func machines(
        environments: [String],
        roles: [String],
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Reach {
        let row = try tx.run(
            """
            WITH reached AS (
                SELECT m.name FROM machine m JOIN environment e ON e.id = m.environment_id
                WHERE m.deleted_at IS NULL AND m.expired_at IS NULL
                  AND in_sight(\(seen.environments)::bigint[], m.environment_id)
                  AND (cardinality(\(environments)::text[]) = 0 OR e.name = ANY (\(environments)::text[]))
                  AND (cardinality(\(roles)::text[]) = 0 OR m.roles && \(roles)::text[]))
            SELECT (SELECT count(*) FROM reached) AS machines,
                   ARRAY(SELECT name FROM reached ORDER BY name LIMIT \(limit)) AS names
            """
        )[0]
        return Reach(machines: try row["machines"], names: try row["names"])
    }
}
