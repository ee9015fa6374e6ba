import FleetModel
import Postgres

/// The SQL of `person_password`.
enum PasswordRows {
    /// Of an enabled person; nil: there is none of that name, or none with a password.
    static func find(
        name: String,
        in tx: borrowing Transaction
    ) throws -> (person: ID<Person>, name: String, hash: String)? {
        try tx.run(
            """
            SELECT p.id, p.name, w.hash FROM person p JOIN person_password w ON w.person_id = p.id
            WHERE lower(p.name) = lower(\(name)) AND p.disabled_at IS NULL
            """
        ).first.map { (try $0["id"], try $0["name"], try $0["hash"]) }
    }

    static func set(_ hash: PasswordHash, of person: ID<Person>, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            INSERT INTO person_password (person_id, hash) VALUES (\(person), \(hash.text))
            ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, changed_at = now()
            """
        )
    }

    /// The person, as long as the password is still the one that was proved: it may have been changed, or the person
    /// disabled, while it was hashed. Notes that the person signed in.
    static func signedIn(
        _ person: ID<Person>,
        hash: String,
        in tx: borrowing Transaction
    ) throws -> Principal? {
        try tx.run(
            """
            UPDATE person p SET last_sign_in_at = now() FROM person_password w
            WHERE p.id = \(person) AND p.disabled_at IS NULL AND w.person_id = p.id AND w.hash = \(hash)
            RETURNING NULL::bigint AS key_id, p.id AS person_id, p.name AS person_name,
                      access_grants(p.id, NULL) AS person_grants
            """
        ).first.map(Principal.init(row:))
    }
}
