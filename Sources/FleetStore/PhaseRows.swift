import FleetModel
import FleetRules
import Postgres

/// Reads how far releases have come through the phases of their projects.
enum PhaseRows {
    /// A release and where it ever was a success.
    struct Progress {
        let version: String
        let phases: [Project.Phase]
        let succeeded: Set<String>
    }

    static func progress(of release: ID<Release>, in tx: borrowing Transaction) throws -> Progress? {
        try tx.run(
            """
            SELECT r.version, p.phases,
                   ARRAY(SELECT DISTINCT en.name FROM environment_release_history h
                         JOIN environment en ON en.id = h.environment_id WHERE h.release_id = r.id) AS succeeded
            FROM release r JOIN project p ON p.id = r.project_id WHERE r.id = \(release)
            """
        ).first.map { row in
            let succeeded: [String] = try row["succeeded"]
            return Progress(
                version: try row["version"],
                phases: try JSONText.decode(from: row["phases"]),
                succeeded: Set(succeeded)
            )
        }
    }

    /// The environment by whose phase another one goes: an ephemeral one has the place of its template.
    static func placeName(of environment: ID<Environment>, in tx: borrowing Transaction) throws -> String? {
        try tx.run(
            """
            SELECT coalesce(t.name, en.name) AS name FROM environment en
            LEFT JOIN ephemeral_environment x ON x.environment_id = en.id
            LEFT JOIN environment t ON t.id = x.template_id
            WHERE en.id = \(environment)
            """
        ).first.map { try $0["name"] }
    }

    /// What keeps the release of a machine out of its environment. A project without phases asks nothing.
    static func lookup(_ subjects: [NeedObstacleRows.Subject]) -> NeedObstacleRows.Lookup {
        .init(
            """
            SELECT s.position::int AS position, coalesce(t.name, en.name) AS environment, r.version, p.phases,
                   ARRAY(SELECT DISTINCT e.name FROM environment_release_history h
                         JOIN environment e ON e.id = h.environment_id WHERE h.release_id = r.id) AS succeeded
            FROM unnest(\(subjects.map(\.environment))::bigint[], \(subjects.map(\.release))::bigint[])
                 WITH ORDINALITY AS s(environment_id, release_id, position)
            JOIN environment en ON en.id = s.environment_id
            LEFT JOIN ephemeral_environment x ON x.environment_id = en.id
            LEFT JOIN environment t ON t.id = x.template_id
            JOIN release r ON r.id = s.release_id
            JOIN project p ON p.id = r.project_id AND p.phases <> '[]'
            """
        ) { rows, obstacles, _ in
            for row in rows {
                let position: Int = try row["position"]
                let succeeded: [String] = try row["succeeded"]
                let reason = PromotionRule.obstacle(
                    to: try row["environment"],
                    version: try row["version"],
                    phases: try JSONText.decode(from: row["phases"]),
                    succeeded: Set(succeeded)
                )
                obstacles[position - 1].promotion = reason.map(NeedObstacles.Promotion.init(reason:))
            }
        }
    }
}
