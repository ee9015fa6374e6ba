import FleetModel
import FleetRules
import Postgres

/// Releases that go to environments by themselves, because a phase is automatic. Who makes a release, or gives one to an
/// environment, writes down where it is to go next, in the same transaction; the leader sees to it with its sweep, so
/// that it happens once and survives any node.
enum Promotions {
    /// Writes down where the release is to go now; what is written down already stays as it is.
    static func plan(_ release: ID<Release>, in tx: borrowing Transaction) throws {
        guard let progress = try PhaseRows.progress(of: release, in: tx), !progress.phases.isEmpty else {
            return
        }
        let next = PromotionRule.promotions(
            version: progress.version,
            phases: progress.phases,
            succeeded: progress.succeeded
        )
        guard !next.isEmpty else { return }
        try tx.run(
            """
            INSERT INTO promotion (project_id, release_id, environment_id, phase)
            SELECT r.project_id, r.id, en.id, n.phase
            FROM unnest(\(next.map(\.environment))::text[], \(next.map(\.phase))::text[]) AS n(environment, phase)
            JOIN environment en ON en.name = n.environment AND en.deleted_at IS NULL
            JOIN release r ON r.id = \(release)
            ON CONFLICT (release_id, environment_id) DO NOTHING
            """
        )
    }

    /// Has what waits, of one project or of all, looked at again at once; how much that is. Also what is due already: the leader may be
    /// refusing it at this moment, by rights that it read before.
    @discardableResult
    static func touchRefused(of project: ID<Project>? = nil, in tx: borrowing Transaction) throws -> Int {
        try tx.run(
            """
            UPDATE promotion p SET next_at = now()
            FROM (SELECT id FROM promotion
                  WHERE outcome IS NULL AND (\(project)::bigint IS NULL OR project_id = \(project))
                  ORDER BY id FOR NO KEY UPDATE) w
            WHERE p.id = w.id
            """
        ).affected
    }

    private struct Due {
        let id: Int64
        let place: Place
        let release: ID<Release>
        let project: String
        let version: String
        let environment: String
        let phase: String
        /// On whose behalf; see `ActingIdentity`.
        let actsAs: ActingIdentityRows.Reference
        /// Why it could not go when it was last looked at.
        let message: String
    }

    /// Begins the rollouts that may begin.
    static func workOff(limit: Int, in tx: borrowing Transaction, _ changes: inout Changes) throws {
        try tx.run(
            """
            UPDATE promotion p SET outcome = 'overtaken', message = 'a newer release was to go there'
            FROM (SELECT o.id FROM promotion o
                  WHERE o.outcome IS NULL AND EXISTS (
                      SELECT 1 FROM promotion n
                      WHERE n.project_id = o.project_id AND n.environment_id = o.environment_id AND n.outcome IS NULL
                        AND n.release_id > o.release_id)
                  ORDER BY o.id FOR NO KEY UPDATE OF o) w
            WHERE p.id = w.id
            """
        )
        let rows = try tx.run(
            """
            SELECT pr.id, pr.project_id, pr.environment_id, pr.release_id, pr.phase, pr.message, p.name AS project,
                   p.person_id, p.api_key_id, r.version, en.name AS environment
            FROM promotion pr
            JOIN project p ON p.id = pr.project_id
            JOIN release r ON r.id = pr.release_id
            JOIN environment en ON en.id = pr.environment_id
            WHERE pr.outcome IS NULL AND pr.next_at <= now()
            ORDER BY pr.next_at, pr.id LIMIT \(min(limit, 20)) FOR UPDATE OF pr SKIP LOCKED
            """
        )
        let due = try rows.map { row in
            Due(
                id: try row["id"],
                place: Place(project: try row["project_id"], environment: try row["environment_id"]),
                release: try row["release_id"],
                project: try row["project"],
                version: try row["version"],
                environment: try row["environment"],
                phase: try row["phase"],
                actsAs: .init(person: try row["person_id"], apiKey: try row["api_key_id"]),
                message: try row["message"]
            )
        }
        guard !due.isEmpty else { return }
        let places = try Place.tryLock(Set(due.map(\.place)), in: tx)
        let identities = try ActingIdentityRows.ask(in: tx).value(in: tx)
        for promotion in due {
            guard places.contains(promotion.place) else {
                try postpone(promotion, promotion.message, seconds: 1, in: tx)
                continue
            }
            let refusal = identities.refusal(
                of: promotion.actsAs,
                project: promotion.project,
                in: promotion.environment
            )
            if let refusal {
                try refuse(promotion, refusal, in: tx, &changes)
            } else {
                try begin(promotion, in: tx, &changes)
            }
        }
    }

    /// It stays open: it goes as soon as whoever it acts for may, or somebody who may applies the project. Both say so; the
    /// clock is for what a node of an older version does, which does not.
    private static func refuse(
        _ due: Due,
        _ refusal: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let refusal = String(refusal.prefix(1000))
        if due.message != refusal {
            changes.post(
                .accessRefused(
                    EventSubject(
                        environment: due.place.environment,
                        project: due.place.project,
                        release: due.release
                    ),
                    what:
                        "\(due.project) \(due.version) to \(due.environment) by itself, phase \(due.phase): \(refusal)"
                )
            )
        }
        try postpone(due, refusal, seconds: 30, in: tx)
    }

    private static func postpone(
        _ due: Due,
        _ why: String,
        seconds: Int,
        in tx: borrowing Transaction
    ) throws {
        try tx.run(
            """
            UPDATE promotion SET message = left(\(why), 1000), next_at = now() + make_interval(secs => \(seconds))
            WHERE id = \(due.id)
            """
        )
    }

    private static func begin(
        _ due: Due,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        do {
            let actor = "promotion:\(due.phase)"
            let request = APIV1.DeploymentRequest(
                project: due.project,
                release: due.version,
                environment: due.environment,
                machines: nil
            )
            let deployment = try DeploymentCommands.create(request, by: actor, in: tx, &changes).id
            changes.post(
                .promotion(
                    .promoted(
                        EventSubject(
                            environment: due.place.environment,
                            project: due.place.project,
                            release: due.release,
                            deployment: deployment
                        ),
                        release: "\(due.project) \(due.version)",
                        environment: due.environment,
                        phase: due.phase
                    )
                )
            )
            try tx.run(
                """
                UPDATE promotion SET outcome = 'rolledOut', deployment_id = \(deployment), message = ''
                WHERE id = \(due.id)
                """
            )
        } catch let refusal as StoreError {
            try postpone(due, refusal.description, seconds: 10, in: tx)
        }
    }
}
