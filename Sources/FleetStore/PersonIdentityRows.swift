import FleetModel
import Postgres

/// The SQL of `person_identity`.
enum PersonIdentityRows {
    /// Who it is here; nil: nobody yet.
    static func person(issuer: String, subject: String, in tx: borrowing Transaction) throws -> Person? {
        let row = try tx.run(
            """
            SELECT p.name FROM person_identity i JOIN person p ON p.id = i.person_id
            WHERE i.issuer = \(issuer) AND i.subject = \(subject)
            """
        ).first
        return try row.flatMap { try PersonRows.find(try $0["name"], in: tx) }
    }

    static func list(of person: ID<Person>, in tx: borrowing Transaction) throws -> [PersonIdentity] {
        try tx.run(
            """
            SELECT issuer, subject, linked_at, linked_by FROM person_identity
            WHERE person_id = \(person) ORDER BY issuer, subject
            """
        ).map {
            PersonIdentity(
                issuer: try $0["issuer"],
                subject: try $0["subject"],
                linkedAt: try $0["linked_at"],
                linkedBy: try $0["linked_by"]
            )
        }
    }

    /// False: somebody is linked to it already.
    static func insert(
        _ person: ID<Person>,
        issuer: String,
        subject: String,
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.run(
            """
            INSERT INTO person_identity (issuer, subject, person_id, linked_by)
            VALUES (\(issuer), \(subject), \(person), \(actor)) ON CONFLICT DO NOTHING
            """
        ).affected == 1
    }

    /// False: the person was not linked to it.
    static func delete(
        _ person: ID<Person>,
        issuer: String,
        subject: String,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.run(
            """
            DELETE FROM person_identity WHERE issuer = \(issuer) AND subject = \(subject) AND person_id = \(person)
            """
        ).affected == 1
    }

    /// Keeps everybody else from entering people until the transaction ends: two browsers that come at once must not make
    /// two people of one, and nobody is entered often enough to mind.
    static func lockPeople(in tx: borrowing Transaction) throws {
        try tx.run("LOCK TABLE person IN SHARE ROW EXCLUSIVE MODE")
    }
}
