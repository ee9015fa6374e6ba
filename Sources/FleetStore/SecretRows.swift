package import FleetModel
package import Postgres

/// The SQL of `secret`. Values come and go sealed; what AES-GCM adds to them is 28 bytes each.
package enum SecretRows {
    /// A sealed value with the place that it is bound to, and with words for messages.
    struct Stored {
        let id: Int64
        let place: SecretPlace
        let sealed: SecretKeyRing.Sealed
        let which: String
    }

    /// Where a page ended: secrets are in the order of their names, and of one name that for every environment comes first.
    package struct Position: Sendable, Equatable {
        package let name: String
        /// Empty: every one.
        package let environment: String

        package init(name: String = "", environment: String = "") {
            self.name = name
            self.environment = environment
        }
    }

    /// The secrets of a project that somebody sees: those for every environment, and those of environments in which he sees
    /// the project.
    package static func list(
        of project: ID<Project>,
        after: Position?,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Secret] {
        try tx.run(
            """
            SELECT p.name AS project, e.name AS environment, s.name, s.set_by, s.set_at, s.version
            FROM secret s
            JOIN project p ON p.id = s.project_id
            LEFT JOIN environment e ON e.id = s.environment_id
            WHERE s.project_id = \(project)
              AND (s.environment_id IS NULL OR in_sight(\(seen.places)::bigint[], s.environment_id, s.project_id))
              AND (\(after == nil) OR (s.name, coalesce(e.name, '')) > (\(after?.name), \(after?.environment)))
            ORDER BY s.name, coalesce(e.name, '') LIMIT \(limit)
            """
        ).map(Secret.init(row:))
    }

    /// Makes it or gives it another value; returns its version.
    static func set(
        _ place: SecretPlace,
        _ sealed: SecretKeyRing.Sealed,
        by actor: String,
        in tx: borrowing Transaction
    ) throws -> (version: Int, at: Instant) {
        let row = try tx.run(
            """
            INSERT INTO secret (project_id, environment_id, name, sealed, key_id, set_by)
            VALUES (\(place.project), \(place.environment), \(place.name), \(sealed.bytes)::bytea, \(sealed.keyID), \(actor))
            ON CONFLICT (project_id, coalesce(environment_id, 0), name) DO UPDATE
            SET sealed = excluded.sealed, key_id = excluded.key_id, set_by = excluded.set_by, set_at = now(),
                version = secret.version + 1
            RETURNING version, set_at
            """
        )[0]
        return (version: try row["version"], at: try row["set_at"])
    }

    /// False: there was none.
    static func delete(_ place: SecretPlace, in tx: borrowing Transaction) throws -> Bool {
        try tx.run(
            """
            DELETE FROM secret
            WHERE project_id = \(place.project) AND coalesce(environment_id, 0) = coalesce(\(place.environment)::bigint, 0)
              AND name = \(place.name)
            """
        ).affected == 1
    }

    /// With an environment that is deleted: another one may be given its name.
    static func deleteAll(of environment: ID<Environment>, in tx: borrowing Transaction) throws {
        try tx.run("DELETE FROM secret WHERE environment_id = \(environment)")
    }

    /// How many a project has in the environment (nil: for every one).
    static func count(
        of project: ID<Project>,
        in environment: ID<Environment>?,
        _ tx: borrowing Transaction
    ) throws -> Int {
        try tx.run(
            """
            SELECT count(*) AS count FROM secret
            WHERE project_id = \(project) AND coalesce(environment_id, 0) = coalesce(\(environment)::bigint, 0)
            """
        )[0]["count"]
    }

    /// The bytes of all values that a step could get in the environment of the project where they are most. Those for every
    /// environment count where the environment has its own, too: deleting its own then never makes it too many.
    static func mostBytes(
        of project: ID<Project>,
        in tx: borrowing Transaction
    ) throws -> (bytes: Int, environment: String?) {
        let row = try tx.run(
            """
            SELECT (shared.bytes + coalesce(own.bytes, 0))::bigint AS bytes, e.name AS environment
            FROM (SELECT coalesce(sum(octet_length(sealed) - 28), 0) AS bytes FROM secret
                  WHERE project_id = \(project) AND environment_id IS NULL) shared
            LEFT JOIN (SELECT environment_id, sum(octet_length(sealed) - 28) AS bytes FROM secret
                       WHERE project_id = \(project) AND environment_id IS NOT NULL GROUP BY environment_id) own ON true
            LEFT JOIN environment e ON e.id = own.environment_id
            ORDER BY 1 DESC LIMIT 1
            """
        )[0]
        return (bytes: try row["bytes"], environment: try row["environment"])
    }

    /// What a step of a project in an environment gets: the environment's own before that for every one.
    static func of(
        _ project: ID<Project>,
        in environment: ID<Environment>,
        _ tx: borrowing Transaction
    ) throws -> [Stored] {
        try tx.run(
            """
            SELECT DISTINCT ON (s.name) s.id, s.project_id, s.environment_id, s.name, s.sealed, s.key_id,
                   p.name AS project, e.name AS environment
            FROM secret s
            JOIN project p ON p.id = s.project_id
            LEFT JOIN environment e ON e.id = s.environment_id
            WHERE s.project_id = \(project) AND (s.environment_id IS NULL OR s.environment_id = \(environment))
            ORDER BY s.name, s.environment_id NULLS LAST
            """
        ).map(Stored.init(row:))
    }

    /// Those that were sealed with another key than `key`, locked, those after `after`.
    static func sealedOtherwise(
        than key: String,
        after: Int64,
        limit: Int,
        in tx: borrowing Transaction
    ) throws -> [Stored] {
        try tx.run(
            """
            SELECT s.id, s.project_id, s.environment_id, s.name, s.sealed, s.key_id, p.name AS project, e.name AS environment
            FROM secret s
            JOIN project p ON p.id = s.project_id
            LEFT JOIN environment e ON e.id = s.environment_id
            WHERE s.id > \(after) AND s.key_id <> \(key)
            ORDER BY s.id LIMIT \(limit) FOR NO KEY UPDATE OF s
            """
        ).map(Stored.init(row:))
    }

    /// The same value under another key: no other version.
    static func reseal(_ id: Int64, _ sealed: SecretKeyRing.Sealed, in tx: borrowing Transaction) throws {
        try tx.run(
            "UPDATE secret SET sealed = \(sealed.bytes)::bytea, key_id = \(sealed.keyID) WHERE id = \(id)"
        )
    }

    /// Ids of keys in use that are none of `known`; a few of them suffice to say what is missing.
    static func unknownKeys(besides known: [String]) -> SQL {
        """
        SELECT DISTINCT key_id FROM secret WHERE key_id <> ALL (\(known)::text[]) ORDER BY key_id LIMIT 10
        """
    }
}

extension SecretRows.Stored {
    fileprivate init(row: Row) throws {
        id = try row["id"]
        let name: String = try row["name"]
        place = SecretPlace(
            project: try row["project_id"],
            environment: try row["environment_id"],
            name: name
        )
        sealed = SecretKeyRing.Sealed(keyID: try row["key_id"], bytes: try row["sealed"])
        which = Secret.place(name, of: try row["project"], in: try row["environment"])
    }
}

extension Secret {
    init(row: Row) throws {
        self.init(
            project: try row["project"],
            environment: try row["environment"],
            name: try row["name"],
            setBy: try row["set_by"],
            setAt: try row["set_at"],
            version: try row["version"]
        )
    }
}
