package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `freeze`.
package enum FreezeRows {
    /// Freezes by name, those after `after`; `name` picks one. Somebody sees a freeze if he sees a place that it keeps closed,
    /// and of it the places that he sees: it then names one environment at least, and one project unless it is for every one.
    package static func list(
        name: String? = nil,
        after: String = "",
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Freeze] {
        try tx.run(
            """
            SELECT f.id, f.name, f.description, f.reason, f.starts_at, f.ends_at, f.created_at, f.updated_at,
                   ARRAY(SELECT en.name FROM deployment_freeze_environment fe JOIN environment en ON en.id = fe.environment_id
                         WHERE fe.freeze_id = f.id AND in_sight(\(seen.environments)::bigint[], en.id)
                         ORDER BY en.name) AS environments,
                   ARRAY(SELECT p.name FROM deployment_freeze_project fp JOIN project p ON p.id = fp.project_id
                         WHERE fp.freeze_id = f.id AND in_sight(\(seen.projects)::bigint[], p.id)
                         ORDER BY p.name) AS projects,
                   CASE WHEN f.ends_at <= now() THEN 'past' WHEN f.starts_at <= now() THEN 'inForce'
                        ELSE 'planned' END AS state
            FROM deployment_freeze f
            WHERE f.name > \(after) AND (\(name)::text IS NULL OR f.name = \(name))
              AND (\(seen.isEverything)
                   OR EXISTS (SELECT 1 FROM deployment_freeze_environment fe
                              LEFT JOIN deployment_freeze_project fp ON fp.freeze_id = fe.freeze_id
                              WHERE fe.freeze_id = f.id
                                AND CASE WHEN fp.project_id IS NULL
                                         THEN in_sight(\(seen.environments)::bigint[], fe.environment_id)
                                         ELSE in_sight(\(seen.places)::bigint[], fe.environment_id, fp.project_id) END))
            ORDER BY f.name LIMIT \(limit)
            """
        ).map(Freeze.init(row:))
    }

    /// Creates it or changes what differs; nil: nothing did.
    static func apply(
        _ document: FreezeDocument,
        environments: [ID<Environment>],
        projects: [ID<Project>],
        in tx: borrowing Transaction
    ) throws -> AppliedRow<Freeze>? {
        let written = try tx.run(
            """
            INSERT INTO deployment_freeze (name, description, reason, starts_at, ends_at)
            VALUES (\(document.name), \(document.description ?? ""), \(document.reason), \(document.from), \(document.to))
            ON CONFLICT (name) DO UPDATE
            SET description = excluded.description, reason = excluded.reason, starts_at = excluded.starts_at,
                ends_at = excluded.ends_at, updated_at = now(),
                start_told = deployment_freeze.start_told AND NOT deployment_freeze.end_told AND excluded.starts_at <= now(),
                end_told = deployment_freeze.end_told AND excluded.ends_at <= now()
            WHERE (deployment_freeze.description, deployment_freeze.reason, deployment_freeze.starts_at, deployment_freeze.ends_at)
                  IS DISTINCT FROM (excluded.description, excluded.reason, excluded.starts_at, excluded.ends_at)
            RETURNING id, name, xmax = 0 AS created
            """
        ).first.map(AppliedRow<Freeze>.init(row:))
        let id: ID<Freeze> = try tx.run("SELECT id FROM deployment_freeze WHERE name = \(document.name)")[0][
            "id"
        ]
        let moved = try tx.run(
            """
            WITH left_out AS (
                DELETE FROM deployment_freeze_environment
                WHERE freeze_id = \(id) AND environment_id <> ALL (\(environments)::bigint[]) RETURNING 1
            ), added AS (
                INSERT INTO deployment_freeze_environment (freeze_id, environment_id)
                SELECT \(id), e FROM unnest(\(environments)::bigint[]) e ON CONFLICT DO NOTHING RETURNING 1
            ), projects_left_out AS (
                DELETE FROM deployment_freeze_project
                WHERE freeze_id = \(id) AND project_id <> ALL (\(projects)::bigint[]) RETURNING 1
            ), projects_added AS (
                INSERT INTO deployment_freeze_project (freeze_id, project_id)
                SELECT \(id), p FROM unnest(\(projects)::bigint[]) p ON CONFLICT DO NOTHING RETURNING 1
            )
            SELECT 1 FROM left_out UNION ALL SELECT 1 FROM added UNION ALL SELECT 1 FROM projects_left_out
            UNION ALL SELECT 1 FROM projects_added
            """
        )
        if let written { return written }
        guard !moved.isEmpty else { return nil }
        return try tx.run("SELECT id, name, false AS created FROM deployment_freeze WHERE id = \(id)").first
            .map(AppliedRow.init(row:))
    }

    static func exists(_ name: String, in tx: borrowing Transaction) throws -> Bool {
        try !tx.run("SELECT 1 FROM deployment_freeze WHERE name = \(name)").isEmpty
    }

    /// False: there was none.
    static func delete(_ name: String, in tx: borrowing Transaction) throws -> Bool {
        try tx.run("DELETE FROM deployment_freeze WHERE name = \(name)").affected == 1
    }

    /// The freeze that keeps a machine's environment closed longest.
    static func lookup(_ subjects: [NeedObstacleRows.Subject]) -> NeedObstacleRows.Lookup {
        .init(
            """
            SELECT DISTINCT ON (s.position) s.position::int AS position, f.name, f.ends_at
            FROM unnest(\(subjects.map(\.environment))::bigint[], \(subjects.map(\.project))::bigint[])
                 WITH ORDINALITY AS s(environment_id, project_id, position)
            JOIN deployment_freeze_in_force f ON f.environment_id = s.environment_id
                                  AND (f.project_id IS NULL OR f.project_id = s.project_id)
            ORDER BY s.position, f.ends_at DESC, f.name
            """
        ) { rows, obstacles, _ in
            for row in rows {
                let position: Int = try row["position"]
                obstacles[position - 1].freeze = NeedObstacles.Freeze(
                    name: try row["name"],
                    until: try row["ends_at"]
                )
            }
        }
    }

    /// The freeze that keeps a place closed longest, with its reason.
    static func inForce(
        _ place: Place,
        in tx: borrowing Transaction
    ) throws -> (name: String, until: Instant, reason: String)? {
        try tx.run(
            """
            SELECT name, ends_at, reason FROM deployment_freeze_in_force
            WHERE environment_id = \(place.environment) AND (project_id IS NULL OR project_id = \(place.project))
            ORDER BY ends_at DESC, name LIMIT 1
            """
        ).first.map { (name: try $0["name"], until: try $0["ends_at"], reason: try $0["reason"]) }
    }

    /// Makes the needs due that wait for a freeze to end.
    static func touchFrozen(in tx: borrowing Transaction) throws {
        try tx.run(
            """
            UPDATE need n SET due_at = now()
            FROM (SELECT id FROM need WHERE closed_at IS NULL AND verdict = \(Verdict.environmentFrozen)
                  ORDER BY id FOR NO KEY UPDATE) w
            WHERE n.id = w.id
            """
        )
    }

    /// Tells once of each freeze that it began, and that it ended: the leader's doing.
    static func tell(in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let begun = try tx.run(
            """
            UPDATE deployment_freeze SET start_told = true
            WHERE NOT start_told AND NOT end_told AND starts_at <= now() AND ends_at > now()
            RETURNING name, ends_at, reason
            """
        )
        for row in begun {
            changes.post(
                .promotion(
                    .freezeStarted(
                        name: try row["name"],
                        until: try row["ends_at"],
                        reason: try row["reason"]
                    )
                )
            )
        }
        let over = try tx.run(
            """
            UPDATE deployment_freeze SET start_told = true, end_told = true WHERE NOT end_told AND ends_at <= now()
            RETURNING name
            """
        )
        for row in over { changes.post(.promotion(.freezeEnded(name: try row["name"]))) }
        if !over.isEmpty { try touchFrozen(in: tx) }
    }
}

extension Freeze {
    init(row: Row) throws {
        let state: String = try row["state"]
        self.init(
            id: try row["id"],
            name: try row["name"],
            description: try row["description"],
            environments: try row["environments"],
            projects: try row["projects"],
            reason: try row["reason"],
            from: try row["starts_at"],
            to: try row["ends_at"],
            state: State(rawValue: state) ?? .planned,
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"]
        )
    }
}
