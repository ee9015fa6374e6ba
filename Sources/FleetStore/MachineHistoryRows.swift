import FleetModel
import Postgres

/// The SQL of a machine's past: deleted machines too.
enum MachineHistoryRows {
    struct Subject {
        let id: ID<Machine>
        let name: String
        let incarnation: Int
        let environment: String
        let joinedAt: Instant
        let deletedAt: Instant?
    }

    /// The machine of that name that was there at the time, else the one that lives, else the last that bore the name;
    /// a number is an id.
    static func find(
        _ nameOrID: String,
        at: Instant,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Subject? {
        try tx.run(
            """
            SELECT m.id, m.name, m.incarnation, en.name AS environment, m.created_at, m.deleted_at
            FROM machine m JOIN environment en ON en.id = m.environment_id
            WHERE (m.name = \(nameOrID) OR m.id = \(Int64(nameOrID)))
              AND in_sight(\(seen.environments)::bigint[], m.environment_id)
            ORDER BY m.name = \(nameOrID) DESC,
                     (m.created_at <= \(at) AND (m.deleted_at IS NULL OR m.deleted_at > \(at))) DESC,
                     m.deleted_at IS NULL DESC, m.id DESC
            LIMIT 1
            """
        ).first.map { row in
            Subject(
                id: try row["id"],
                name: try row["name"],
                incarnation: try row["incarnation"],
                environment: try row["environment"],
                joinedAt: try row["created_at"],
                deletedAt: try row["deleted_at"]
            )
        }
    }

    /// What its agent had last proved by then, for every project that was ever on it.
    static func releases(
        of machine: ID<Machine>,
        at: Instant,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [MachineHistory.Held] {
        try tx.run(
            """
            SELECT p.name AS project, r.version AS release, x.version AS incomplete, h.since, run.deployment_id
            FROM (SELECT DISTINCT ON (project_id) * FROM machine_release_history
                  WHERE machine_id = \(machine) AND since <= \(at)
                  ORDER BY project_id, since DESC, id DESC) h
            JOIN machine m ON m.id = h.machine_id
            JOIN project p ON p.id = h.project_id
            LEFT JOIN release r ON r.id = h.release_id
            LEFT JOIN release x ON x.id = h.incomplete_release_id
            LEFT JOIN run ON run.id = h.run_id
            WHERE in_sight(\(seen.places)::bigint[], m.environment_id, h.project_id)
            ORDER BY p.name LIMIT \(Limits.pageSize)
            """
        ).map { row in
            MachineHistory.Held(
                project: try row["project"],
                release: try row["release"],
                incomplete: try row["incomplete"],
                since: try row["since"],
                deploymentID: try row["deployment_id"]
            )
        }
    }

    /// Events, ends of runs and changes of what was on it, by then: the latest `limit`, newest first.
    static func entries(
        of machine: ID<Machine>,
        at: Instant,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [MachineHistory.Entry] {
        try tx.run(
            """
            SELECT * FROM (
                (SELECT e.occurred_at AS at, 'event' AS kind, e.category || ': ' || e.message AS what, e.id AS event_id,
                        e.deployment_id, e.id AS seq
                 FROM event e JOIN machine m ON m.id = e.machine_id
                 WHERE e.machine_id = \(machine) AND e.occurred_at <= \(at)
                   AND event_in_sight(\(seen.places)::bigint[], \(seen.environments)::bigint[], \(seen.projects)::bigint[],
                                      e.category, e.environment_id, e.project_id, m.environment_id)
                 ORDER BY e.id DESC LIMIT \(limit))
                UNION ALL
                (SELECT run.finished_at, 'run',
                        'run of ' || p.name || ' ' || r.version || ' ended as ' || run.state
                        || CASE WHEN run.reason = '' THEN '' ELSE ': ' || run.reason END, NULL, run.deployment_id, run.id
                 FROM run JOIN project p ON p.id = run.project_id JOIN release r ON r.id = run.release_id
                 JOIN deployment d ON d.id = run.deployment_id
                 WHERE run.machine_id = \(machine) AND run.finished_at <= \(at)
                   AND in_sight(\(seen.places)::bigint[], d.environment_id, d.project_id)
                 ORDER BY run.id DESC LIMIT \(limit))
                UNION ALL
                (SELECT h.since, 'release',
                        coalesce(r.version, 'nothing') || ' of ' || p.name || ' is on it'
                        || CASE WHEN x.id IS NULL THEN '' ELSE ', and ' || x.version || ' was begun and not completed' END,
                        NULL, run.deployment_id, h.id
                 FROM machine_release_history h
                 JOIN machine m ON m.id = h.machine_id
                 JOIN project p ON p.id = h.project_id
                 LEFT JOIN release r ON r.id = h.release_id
                 LEFT JOIN release x ON x.id = h.incomplete_release_id
                 LEFT JOIN run ON run.id = h.run_id
                 WHERE h.machine_id = \(machine) AND h.since <= \(at)
                   AND in_sight(\(seen.places)::bigint[], m.environment_id, h.project_id)
                 ORDER BY h.id DESC LIMIT \(limit))) c
            ORDER BY at DESC, kind, seq DESC LIMIT \(limit)
            """
        ).map { row in
            MachineHistory.Entry(
                at: try row["at"],
                kind: try row["kind"],
                what: try row["what"],
                eventID: try row["event_id"],
                deploymentID: try row["deployment_id"]
            )
        }
    }

    /// When the oldest event that is kept happened; nil: there is none.
    static func oldestEvent(in tx: borrowing Transaction) throws -> Instant? {
        try tx.run("SELECT occurred_at FROM event ORDER BY id LIMIT 1").first.map { try $0["occurred_at"] }
    }
}
