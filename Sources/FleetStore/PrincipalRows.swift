import FleetModel
import Postgres

/// Reads on whose behalf a request is made, from the columns `key_id`, `key_name`, `key_grants`, `person_id`, `person_name`
/// and `person_grants`: a person, or an API key with or without an owner. The grants are as the SQL functions
/// `access_grants` and `api_key_grants` give them.
extension Principal {
    init(row: Row) throws {
        let personID: ID<Person>? = try row["person_id"]
        let person: (id: ID<Person>, name: String, grants: [Grant])? = try personID.map {
            (id: $0, name: try row["person_name"], grants: try JSONText.decode(from: row["person_grants"]))
        }
        guard let key: ID<APIKey> = try row["key_id"] else {
            self = person.map { .person($0.id, name: $0.name, grants: $0.grants) } ?? .nobody
            return
        }
        self = .apiKey(
            key,
            name: try row["key_name"],
            grants: try JSONText.decode(from: row["key_grants"]),
            owner: person.map { Owner(name: $0.name, grants: $0.grants) }
        )
    }
}
