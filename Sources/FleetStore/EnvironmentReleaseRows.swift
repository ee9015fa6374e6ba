package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `environment_release` and its history: the one way in which an environment is given a release.
package enum EnvironmentReleaseRows {
    /// A release for a place, and by whose word.
    struct Choice {
        let deployment: ID<Deployment>
        let source: EnvironmentRelease.Source
        let actor: String
        let reason: String
    }

    /// Makes the release of the deployment the one that its environment is to have. Circuits there are closed: a release
    /// was chosen.
    static func set(_ choice: Choice, in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let row = try tx.run(
            """
            WITH chosen AS (
                SELECT environment_id, project_id, release_id, id FROM deployment WHERE id = \(choice.deployment)
            ), before AS (
                SELECT er.release_id FROM environment_release er JOIN chosen c USING (environment_id, project_id)
            ), is_now AS (
                INSERT INTO environment_release (environment_id, project_id, release_id, deployment_id, source, actor, reason)
                SELECT environment_id, project_id, release_id, id, \(choice.source.rawValue), \(choice.actor),
                       left(\(choice.reason), 1000)
                FROM chosen
                ON CONFLICT (environment_id, project_id) DO UPDATE
                SET release_id = excluded.release_id, deployment_id = excluded.deployment_id, source = excluded.source,
                    actor = excluded.actor, reason = excluded.reason, since = now()
                RETURNING *
            ), kept AS (
                INSERT INTO environment_release_history
                    (environment_id, project_id, release_id, deployment_id, source, actor, reason, since)
                SELECT environment_id, project_id, release_id, deployment_id, source, actor, reason, since FROM is_now
            )
            SELECT n.environment_id, n.project_id, n.release_id, en.name AS environment, p.name || ' ' || r.version AS release,
                   b.version AS before, before.release_id AS before_id
            FROM is_now n
            JOIN environment en ON en.id = n.environment_id
            JOIN project p ON p.id = n.project_id
            JOIN release r ON r.id = n.release_id
            LEFT JOIN before ON true
            LEFT JOIN release b ON b.id = before.release_id
            """
        ).first
        guard let row else { throw StoreError.notFound(what: "deployment", which: "\(choice.deployment)") }
        let place = Place(project: try row["project_id"], environment: try row["environment_id"])
        try CircuitBreaker.closeAll(project: place.project, environment: place.environment, in: tx, &changes)
        let release: ID<Release> = try row["release_id"]
        try Promotions.plan(release, in: tx)
        let before: ID<Release>? = try row["before_id"]
        guard before != release else { return }
        changes.post(
            .pinning(
                .releaseChanged(
                    EventSubject(
                        environment: place.environment,
                        project: place.project,
                        release: release,
                        deployment: choice.deployment
                    ),
                    release: try row["release"],
                    environment: try row["environment"],
                    before: try row["before"],
                    reason: choice.reason
                )
            )
        )
    }

    /// What the environment was ever to have, newest first, before the row `before`.
    package static func history(
        environment: String,
        project: String?,
        before: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [EnvironmentRelease] {
        try tx.run(
            """
            SELECT h.id, en.name AS environment, p.name AS project, r.version AS release, h.deployment_id, h.source,
                   h.actor, h.reason, h.since
            FROM environment_release_history h
            JOIN environment en ON en.id = h.environment_id
            JOIN project p ON p.id = h.project_id
            JOIN release r ON r.id = h.release_id
            WHERE en.name = \(environment) AND (\(project)::text IS NULL OR p.name = \(project)) AND h.id < \(before)
              AND in_sight(\(seen.places)::bigint[], h.environment_id, h.project_id)
            ORDER BY h.id DESC LIMIT \(limit)
            """
        ).map(EnvironmentRelease.init(row:))
    }

    /// The versions that a place has had, the present one first, each once.
    static func versions(of place: Place, in tx: borrowing Transaction) throws -> [String] {
        try tx.run(
            """
            SELECT r.version FROM environment_release_history h JOIN release r ON r.id = h.release_id
            WHERE h.project_id = \(place.project) AND h.environment_id = \(place.environment)
            GROUP BY r.id, r.version ORDER BY max(h.id) DESC LIMIT 1000
            """
        ).map { try $0["version"] }
    }
}

extension EnvironmentRelease {
    init(row: Row) throws {
        let source: String = try row["source"]
        self.init(
            id: try row["id"],
            environment: try row["environment"],
            project: try row["project"],
            release: try row["release"],
            deploymentID: try row["deployment_id"],
            source: Source(rawValue: source) ?? .rollout,
            actor: try row["actor"],
            reason: try row["reason"],
            since: try row["since"]
        )
    }
}
