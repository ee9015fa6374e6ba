package import FleetModel
package import Postgres

/// The SQL of `person`.
package enum PersonRows {
    /// By name, those after `after`; `name` picks one.
    package static func list(
        name: String? = nil,
        after: String = "",
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Person] {
        try tx.run(
            """
            SELECT p.id, p.name, p.display_name, p.created_at, p.created_by, p.disabled_at, p.last_sign_in_at,
                   access_grants(p.id, NULL) AS grants,
                   EXISTS (SELECT 1 FROM person_password w WHERE w.person_id = p.id) AS has_password
            FROM person p
            WHERE lower(p.name) > lower(\(after)) AND (\(name)::text IS NULL OR lower(p.name) = lower(\(name)))
            ORDER BY lower(p.name) LIMIT \(limit)
            """
        ).map(Person.init(row:))
    }

    package static func find(_ name: String, in tx: borrowing Transaction) throws -> Person? {
        try list(name: name, limit: 1, in: tx).first
    }

    /// The same, with the row locked: what is read stays so until the transaction ends.
    static func lock(_ name: String, in tx: borrowing Transaction) throws -> Person? {
        try tx.run("SELECT 1 FROM person WHERE lower(name) = lower(\(name)) FOR UPDATE")
        return try find(name, in: tx)
    }

    static func insert(
        name: String,
        displayName: String,
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> ID<Person> {
        try tx.run(
            """
            INSERT INTO person (name, display_name, created_by) VALUES (\(name), \(displayName), \(actor)) RETURNING id
            """
        )[0]["id"]
    }

    /// False: it was so already.
    static func setDisabled(
        _ isDisabled: Bool,
        _ id: ID<Person>,
        in tx: borrowing Transaction
    ) throws -> Bool {
        try tx.run(
            """
            UPDATE person SET disabled_at = CASE WHEN \(isDisabled) THEN now() END
            WHERE id = \(id) AND (disabled_at IS NOT NULL) <> \(isDisabled)
            """
        ).affected == 1
    }
}

extension Person {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            name: try row["name"],
            displayName: try row["display_name"],
            grants: try JSONText.decode(from: row["grants"]),
            hasPassword: try row["has_password"],
            createdAt: try row["created_at"],
            createdBy: try row["created_by"],
            disabledAt: try row["disabled_at"],
            lastSignInAt: try row["last_sign_in_at"]
        )
    }
}
