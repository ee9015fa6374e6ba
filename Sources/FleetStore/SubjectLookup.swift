package import FleetModel
package import Postgres

/// Finds the id of what somebody names in a filter. Deleted machines too: their history stays readable.
package enum SubjectLookup {
    /// The machine of that name that lives, else the last one that bore it, else the one with that id.
    package static func machine(
        _ nameOrID: String,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> ID<Machine> {
        let row = try tx.run(
            """
            SELECT id FROM machine
            WHERE (name = \(nameOrID) OR id = \(Int64(nameOrID))) AND in_sight(\(seen.environments)::bigint[], environment_id)
            ORDER BY (name = \(nameOrID) AND deleted_at IS NULL) DESC, name = \(nameOrID) DESC, id DESC LIMIT 1
            """
        ).first
        guard let row else { throw StoreError.notFound(what: "machine", which: nameOrID) }
        return try row["id"]
    }

    package static func project(
        _ name: String,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> ID<Project> {
        guard let id = try ProjectRows.ids(of: [name], in: tx)[name], seen.has(id) else {
            throw StoreError.notFound(what: "project", which: name)
        }
        return id
    }
}
