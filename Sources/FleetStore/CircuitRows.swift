package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `release_circuit`.
package enum CircuitRows {
    /// The open circuit of the release that a machine should have; with a fallback, it should have another one.
    static func lookup(_ subjects: [NeedObstacleRows.Subject]) -> NeedObstacleRows.Lookup {
        .init(
            """
            SELECT s.position::int AS position, c.failed, c.tried
            FROM unnest(\(subjects.map(\.environment))::bigint[], \(subjects.map(\.release))::bigint[])
                 WITH ORDINALITY AS s(environment_id, release_id, position)
            JOIN release_circuit c ON c.environment_id = s.environment_id AND c.release_id = s.release_id
                                  AND c.closed_at IS NULL
            """
        ) { rows, obstacles, _ in
            for row in rows {
                let position: Int = try row["position"]
                obstacles[position - 1].circuit = NeedObstacles.Circuit(
                    failed: try row["failed"],
                    tried: try row["tried"]
                )
            }
        }
    }

    /// Opens a circuit unless it is open. The fallback is the last release that the environment was to have, but for
    /// those that were replaced because they failed there too.
    static func open(
        _ release: FailingRelease,
        _ opening: CircuitRule.Opening,
        fallBack: Bool,
        in tx: borrowing Transaction
    ) throws -> ID<Circuit>? {
        try tx.run(
            """
            INSERT INTO release_circuit (project_id, environment_id, release_id, failed, tried, fallback_release_id)
            SELECT r.project_id, \(release.environment), r.id, \(opening.failed), \(opening.tried),
                   (SELECT h.release_id FROM environment_release_history h
                    WHERE \(fallBack) AND h.project_id = r.project_id AND h.environment_id = \(release.environment)
                      AND h.release_id <> r.id
                      AND NOT EXISTS (SELECT 1 FROM release_circuit c
                                      WHERE c.environment_id = h.environment_id AND c.release_id = h.release_id
                                        AND c.opened_at >= h.since
                                        AND (c.closing IS NULL OR c.closing = 'newRelease'))
                    ORDER BY h.id DESC LIMIT 1)
            FROM release r WHERE r.id = \(release.release)
            ON CONFLICT (environment_id, release_id) WHERE closed_at IS NULL DO NOTHING
            RETURNING id
            """
        ).first.map { try $0["id"] }
    }

    /// For whom the caller has asked for rights; one that was closed too.
    static func get(_ id: ID<Circuit>, in tx: borrowing Transaction) throws -> Circuit {
        let found = try list(.init(id: id, withClosed: true), after: 0, limit: 1, seen: .everything, in: tx)
        guard let circuit = found.first else { throw StoreError.notFound(what: "circuit", which: "\(id)") }
        return circuit
    }

    /// Circuits by number, those after `after`; only open ones, unless the past is asked for too.
    package static func list(
        _ filter: Filter,
        after: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Circuit] {
        try tx.run(
            """
            SELECT c.id, p.name AS project, en.name AS environment, r.version AS release, c.failed, c.tried,
                   f.version AS fallback, c.opened_at, c.closed_at, c.closed_by, c.close_reason
            FROM release_circuit c
            JOIN project p ON p.id = c.project_id
            JOIN environment en ON en.id = c.environment_id
            JOIN release r ON r.id = c.release_id
            LEFT JOIN release f ON f.id = c.fallback_release_id
            WHERE c.id > \(after)
              AND (\(filter.withClosed) OR c.closed_at IS NULL)
              AND (\(filter.environment)::text IS NULL OR en.name = \(filter.environment))
              AND (\(filter.project)::text IS NULL OR p.name = \(filter.project))
              AND (\(filter.id)::bigint IS NULL OR c.id = \(filter.id))
              AND in_sight(\(seen.places)::bigint[], c.environment_id, c.project_id)
            ORDER BY c.id LIMIT \(limit)
            """
        ).map(Circuit.init(row:))
    }

    /// Which circuits to list; nil fields do not restrict.
    package struct Filter: Sendable {
        package var id: ID<Circuit>?
        package var environment: String?
        package var project: String?
        package var withClosed: Bool

        package init(
            id: ID<Circuit>? = nil,
            environment: String? = nil,
            project: String? = nil,
            withClosed: Bool = false
        ) {
            self.id = id
            self.environment = environment
            self.project = project
            self.withClosed = withClosed
        }
    }
}

extension Circuit {
    init(row: Row) throws {
        self.init(
            id: try row["id"],
            project: try row["project"],
            environment: try row["environment"],
            release: try row["release"],
            failed: try row["failed"],
            tried: try row["tried"],
            fallback: try row["fallback"],
            openedAt: try row["opened_at"],
            closedAt: try row["closed_at"],
            closedBy: try row["closed_by"],
            closeReason: try row["close_reason"]
        )
    }
}
