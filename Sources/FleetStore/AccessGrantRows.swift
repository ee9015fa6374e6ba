package import FleetModel
package import Postgres

/// The SQL of `access_grant`: what people and keys were granted.
package enum AccessGrantRows {
    /// Whose grants.
    package enum Holder: Sendable {
        case person(ID<Person>)
        case apiKey(ID<APIKey>)

        fileprivate var person: ID<Person>? { if case .person(let id) = self { id } else { nil } }
        fileprivate var apiKey: ID<APIKey>? { if case .apiKey(let id) = self { id } else { nil } }
    }

    /// Makes `grants` all that the holder has. Names that lead nowhere are all told of at once; those of what whoever grants
    /// them does not see are among them.
    package static func set(
        _ grants: [Grant],
        of holder: Holder,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws {
        let environments = try EnvironmentRows.ids(of: grants.flatMap { $0.environments ?? [] }, in: tx)
            .filter { seen.has($0.value) }
        let projects = try ProjectRows.ids(of: grants.flatMap { $0.projects ?? [] }, in: tx)
            .filter { seen.has($0.value) }
        try check(grants, environments: environments, projects: projects)
        try tx.run(
            """
            DELETE FROM access_grant WHERE person_id = \(holder.person) OR api_key_id = \(holder.apiKey)
            """
        )
        for grant in grants {
            let row = try tx.run(
                """
                INSERT INTO access_grant (person_id, api_key_id, role, every_environment, every_project)
                VALUES (\(holder.person), \(holder.apiKey), \(grant.role.rawValue), \(grant.environments == nil),
                        \(grant.projects == nil))
                RETURNING id
                """
            )[0]
            let id: Int64 = try row["id"]
            try tx.run(
                """
                INSERT INTO access_grant_environment (grant_id, environment_id)
                SELECT DISTINCT \(id)::bigint, e FROM unnest(\((grant.environments ?? []).compactMap { environments[$0] })::bigint[]) e
                """
            )
            try tx.run(
                """
                INSERT INTO access_grant_project (grant_id, project_id)
                SELECT DISTINCT \(id)::bigint, p FROM unnest(\((grant.projects ?? []).compactMap { projects[$0] })::bigint[]) p
                """
            )
        }
    }

    private static let most = 50

    private static func check(
        _ grants: [Grant],
        environments: [String: ID<Environment>],
        projects: [String: ID<Project>]
    ) throws {
        var faults: [StoreError.Fault] = []
        if grants.count > most {
            faults.append(.init("grants", "are \(grants.count), and may be at most \(most)"))
        }
        for (index, grant) in grants.enumerated() {
            let path = "grants[\(index)]"
            faults += Self.faults(grant.environments, environments, "environment", "\(path).environments")
            faults += Self.faults(grant.projects, projects, "project", "\(path).projects")
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
    }

    private static func faults<Subject>(
        _ names: [String]?,
        _ known: [String: ID<Subject>],
        _ what: String,
        _ path: String
    ) -> [StoreError.Fault] {
        guard let names else { return [] }
        guard !names.isEmpty else {
            return [StoreError.Fault(path, "names none: leave it out for every \(what), or name some")]
        }
        return UnknownNames.faults(names, known: known, what, at: path, isDocument: false)
    }
}
