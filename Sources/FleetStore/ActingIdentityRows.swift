import FleetModel
import FleetRules
import Postgres

/// Reads on whose behalf triggers and automatic phases act, with what each may do now.
struct ActingIdentityRows {
    /// Who it is, as `project_trigger` and `project` say it.
    struct Reference: Hashable {
        let person: ID<Person>?
        let apiKey: ID<APIKey>?
    }

    private let identities: [Reference: ActingIdentity]
    private let environments: [ID<Environment>: String]

    /// Of everything that acts for somebody.
    static func ask(in tx: borrowing Transaction) throws -> Answer<ActingIdentityRows> {
        let identities = try tx.ask(
            """
            SELECT a.person_id AS as_person, a.api_key_id AS as_key,
                   k.id AS key_id, k.name AS key_name,
                   CASE WHEN k.id IS NOT NULL THEN api_key_grants(k.id, k.restricted) END AS key_grants,
                   h.id AS person_id, h.name AS person_name,
                   CASE WHEN h.id IS NOT NULL THEN access_grants(h.id, NULL) END AS person_grants,
                   CASE WHEN k.revoked_at IS NOT NULL THEN 'that key was revoked'
                        WHEN k.expires_at <= now() THEN 'that key has expired'
                        WHEN h.disabled_at IS NOT NULL AND k.id IS NOT NULL THEN 'the owner of that key is disabled'
                        WHEN h.disabled_at IS NOT NULL THEN 'that person is disabled' END AS ended
            FROM (SELECT person_id, api_key_id FROM project_trigger WHERE num_nonnulls(person_id, api_key_id) > 0
                  UNION SELECT person_id, api_key_id FROM project WHERE num_nonnulls(person_id, api_key_id) > 0) a
            LEFT JOIN api_key k ON k.id = a.api_key_id
            LEFT JOIN person h ON h.id = coalesce(a.person_id, k.owner_id)
            """
        ) { rows in
            try Dictionary(
                uniqueKeysWithValues: rows.map { row in
                    (
                        Reference(person: try row["as_person"], apiKey: try row["as_key"]),
                        ActingIdentity(try Principal(row: row), ended: try row["ended"])
                    )
                }
            )
        }
        let environments = try tx.ask("SELECT id, name FROM environment WHERE deleted_at IS NULL") { rows in
            try Dictionary(
                uniqueKeysWithValues: rows.map { (try $0["id"] as ID<Environment>, try $0["name"] as String) }
            )
        }
        return Answer { tx in
            ActingIdentityRows(
                identities: try identities.value(in: tx),
                environments: try environments.value(in: tx)
            )
        }
    }

    /// Why a project may not be deployed to an environment on somebody's behalf; nil: it may.
    func refusal(of reference: Reference, project: String, in environment: String) -> String? {
        identities[reference]?.refusal(project: project, environment: environment)
    }

    /// Where a trigger may not deploy, with why, among the environments that it is for; none named: all.
    func refusals(
        of reference: Reference,
        project: String,
        in covered: Set<ID<Environment>>
    ) -> [ID<Environment>: String] {
        guard let identity = identities[reference] else { return [:] }
        return environments.reduce(into: [:]) { refusals, environment in
            guard covered.isEmpty || covered.contains(environment.key) else { return }
            refusals[environment.key] = identity.refusal(project: project, environment: environment.value)
        }
    }
}
