package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `machine_quarantine`.
package enum QuarantineRows {
    /// A pair of machine and release that is given up.
    struct GivenUp {
        let machine: ID<Machine>
        let project: ID<Project>
        let release: ID<Release>
        let attempts: Int
    }

    /// The quarantine of the pair of machine and release.
    static func lookup(_ subjects: [NeedObstacleRows.Subject]) -> NeedObstacleRows.Lookup {
        .init(
            """
            SELECT s.position::int AS position, q.attempts, q.quarantined_at
            FROM unnest(\(subjects.map(\.machine))::bigint[], \(subjects.map(\.release))::bigint[])
                 WITH ORDINALITY AS s(machine_id, release_id, position)
            JOIN machine_quarantine q ON q.machine_id = s.machine_id AND q.release_id = s.release_id
                                     AND q.released_at IS NULL
            """
        ) { rows, obstacles, _ in
            for row in rows {
                let position: Int = try row["position"]
                obstacles[position - 1].quarantine = NeedObstacles.Quarantine(
                    attempts: try row["attempts"],
                    since: try row["quarantined_at"]
                )
            }
        }
    }

    /// Quarantines pairs; one that is quarantined already stays as it is.
    static func insert(
        _ pairs: [GivenUp],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !pairs.isEmpty else { return }
        let rows = try tx.run(
            """
            WITH new AS (
                INSERT INTO machine_quarantine (machine_id, project_id, release_id, attempts, reason)
                SELECT g.machine_id, g.project_id, g.release_id, g.attempts, coalesce(last.reason, '')
                FROM unnest(\(pairs.map(\.machine))::bigint[], \(pairs.map(\.project))::bigint[],
                            \(pairs.map(\.release))::bigint[], \(pairs.map(\.attempts))::integer[])
                     AS g(machine_id, project_id, release_id, attempts)
                LEFT JOIN LATERAL (
                    SELECT left(run.reason, 4000) AS reason FROM run
                    WHERE run.machine_id = g.machine_id AND run.release_id = g.release_id AND run.finished_at IS NOT NULL
                    ORDER BY run.id DESC LIMIT 1) last ON true
                ON CONFLICT (machine_id, project_id) WHERE released_at IS NULL DO NOTHING
                RETURNING machine_id, project_id, release_id, attempts, reason
            )
            SELECT new.*, m.name AS machine, m.environment_id, p.name || ' ' || r.version AS release
            FROM new
            JOIN machine m ON m.id = new.machine_id
            JOIN project p ON p.id = new.project_id
            JOIN release r ON r.id = new.release_id
            ORDER BY new.machine_id, new.project_id
            """
        )
        for row in rows {
            changes.post(
                .failing(
                    .quarantined(
                        try EventSubject(pair: row),
                        machine: try row["machine"],
                        release: try row["release"],
                        attempts: try row["attempts"],
                        reason: try row["reason"]
                    )
                )
            )
        }
    }

    /// For whom the caller has asked for rights; one that was released too.
    static func get(_ id: ID<Quarantine>, in tx: borrowing Transaction) throws -> Quarantine {
        let found = try list(.init(id: id, withReleased: true), after: 0, limit: 1, seen: .everything, in: tx)
        guard let quarantine = found.first else {
            throw StoreError.notFound(what: "quarantine", which: "\(id)")
        }
        return quarantine
    }

    /// Quarantines by number, those after `after`; only those in force, unless the past is asked for too.
    package static func list(
        _ filter: Filter,
        after: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Quarantine] {
        try tx.run(
            """
            SELECT q.id, q.machine_id, m.name AS machine, en.name AS environment, p.name AS project, r.version AS release,
                   q.attempts, q.reason, q.quarantined_at, q.released_at, q.released_by, q.release_reason
            FROM machine_quarantine q
            JOIN machine m ON m.id = q.machine_id
            JOIN environment en ON en.id = m.environment_id
            JOIN project p ON p.id = q.project_id
            JOIN release r ON r.id = q.release_id
            WHERE q.id > \(after)
              AND (\(filter.withReleased) OR q.released_at IS NULL)
              AND (\(filter.machine)::text IS NULL OR m.name = \(filter.machine) OR m.id::text = \(filter.machine))
              AND (\(filter.environment)::text IS NULL OR en.name = \(filter.environment))
              AND (\(filter.project)::text IS NULL OR p.name = \(filter.project))
              AND (\(filter.id)::bigint IS NULL OR q.id = \(filter.id))
              AND in_sight(\(seen.places)::bigint[], m.environment_id, q.project_id)
            ORDER BY q.id LIMIT \(limit)
            """
        ).map(Quarantine.init(row:))
    }

    /// Which quarantines to list; nil fields do not restrict.
    package struct Filter: Sendable {
        package var id: ID<Quarantine>?
        package var machine: String?
        package var environment: String?
        package var project: String?
        package var withReleased: Bool

        package init(
            id: ID<Quarantine>? = nil,
            machine: String? = nil,
            environment: String? = nil,
            project: String? = nil,
            withReleased: Bool = false
        ) {
            self.id = id
            self.machine = machine
            self.environment = environment
            self.project = project
            self.withReleased = withReleased
        }
    }
}

extension EventSubject {
    /// Of a row with a machine, its environment, a project and a release.
    init(pair row: Row) throws {
        self.init(
            machine: try row["machine_id"],
            environment: try row["environment_id"],
            project: try row["project_id"],
            release: try row["release_id"]
        )
    }
}

extension Quarantine {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            machineID: try row["machine_id"],
            machine: try row["machine"],
            environment: try row["environment"],
            project: try row["project"],
            release: try row["release"],
            attempts: try row["attempts"],
            reason: try row["reason"],
            since: try row["quarantined_at"],
            releasedAt: try row["released_at"],
            releasedBy: try row["released_by"],
            releaseReason: try row["release_reason"]
        )
    }
}
