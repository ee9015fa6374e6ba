package import FleetModel
import FleetRules
package import Postgres

/// The SQL of `pin`.
package enum PinRows {
    /// A pin to be made. One of environment and machine; the machine's environment is `around`.
    struct New {
        let project: ID<Project>
        let release: ID<Release>
        let environment: ID<Environment>?
        let machine: ID<Machine>?
        let once: Bool
        let reason: String
        let expiresInSeconds: Int?
    }

    /// Which pins to list; nil fields do not restrict.
    package struct Filter: Sendable {
        package var id: ID<Pin>?
        package var project: String?
        package var environment: String?
        package var machine: String?
        package var withEnded: Bool

        package init(
            id: ID<Pin>? = nil,
            project: String? = nil,
            environment: String? = nil,
            machine: String? = nil,
            withEnded: Bool = false
        ) {
            self.id = id
            self.project = project
            self.environment = environment
            self.machine = machine
            self.withEnded = withEnded
        }
    }

    /// Pins by number, those after `after`; only those in force, unless the past is asked for too.
    package static func list(
        _ filter: Filter,
        after: Int64,
        limit: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [Pin] {
        try tx.run(
            """
            SELECT pin.id, p.name AS project, r.version AS release, en.name AS environment, m.name AS machine, pin.one_shot,
                   pin.reason, pin.created_by, pin.created_at, pin.expires_at, pin.ended_at, pin.ended_by, pin.end_reason
            FROM pin
            JOIN project p ON p.id = pin.project_id
            JOIN release r ON r.id = pin.release_id
            LEFT JOIN environment en ON en.id = pin.environment_id
            LEFT JOIN machine m ON m.id = pin.machine_id
            WHERE pin.id > \(after)
              AND (\(filter.withEnded) OR pin.ended_at IS NULL)
              AND (\(filter.id)::bigint IS NULL OR pin.id = \(filter.id))
              AND (\(filter.project)::text IS NULL OR p.name = \(filter.project))
              AND (\(filter.environment)::text IS NULL OR en.name = \(filter.environment))
              AND (\(filter.machine)::text IS NULL OR m.name = \(filter.machine) OR m.id::text = \(filter.machine))
              AND in_sight(\(seen.places)::bigint[], coalesce(pin.environment_id, m.environment_id), pin.project_id)
            ORDER BY pin.id LIMIT \(limit)
            """
        ).map(Pin.init(row:))
    }

    static func insert(_ pin: New, by actor: String, in tx: borrowing Transaction) throws -> ID<Pin> {
        try tx.run(
            """
            INSERT INTO pin (project_id, environment_id, machine_id, release_id, one_shot, reason, created_by, expires_at)
            VALUES (\(pin.project), \(pin.environment), \(pin.machine), \(pin.release), \(pin.once), \(pin.reason), \(actor),
                    now() + make_interval(secs => \(pin.expiresInSeconds)::integer))
            RETURNING id
            """
        )[0]["id"]
    }

    /// Ends those of the pins that are in force, with an event for each; returns how many.
    @discardableResult
    static func end(
        _ pins: [ID<Pin>],
        _ how: Pin.EndReason,
        reason: String = "",
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Int {
        guard !pins.isEmpty else { return 0 }
        let rows = try tx.run(
            """
            WITH ended AS (
                UPDATE pin SET ended_at = now(), ended_by = \(changes.actor), end_reason = \(how.rawValue)
                WHERE ended_at IS NULL AND id = ANY (\(pins)::bigint[])
                RETURNING *
            )
            SELECT e.id, e.project_id, e.release_id, coalesce(e.environment_id, m.environment_id) AS environment_id,
                   e.machine_id, p.name || ' ' || r.version AS release, en.name AS environment, m.name AS machine
            FROM ended e
            JOIN project p ON p.id = e.project_id
            JOIN release r ON r.id = e.release_id
            LEFT JOIN environment en ON en.id = e.environment_id
            LEFT JOIN machine m ON m.id = e.machine_id
            ORDER BY e.id
            """
        )
        for row in rows {
            let machine: String? = try row["machine"]
            let environment: String? = try row["environment"]
            changes.post(
                .pinning(
                    .ended(
                        EventSubject(
                            machine: try row["machine_id"],
                            environment: try row["environment_id"],
                            project: try row["project_id"],
                            release: try row["release_id"]
                        ),
                        release: try row["release"],
                        place: machine.map { "machine \($0)" } ?? "environment \(environment ?? "?")",
                        how: how,
                        reason: reason
                    )
                )
            )
        }
        return rows.count
    }

    /// The pin in force of a project on a machine (nil: on the environment).
    static func inForce(
        _ place: Place,
        machine: ID<Machine>?,
        in tx: borrowing Transaction
    ) throws -> [ID<Pin>] {
        try tx.run(
            """
            SELECT id FROM pin
            WHERE ended_at IS NULL AND project_id = \(place.project)
              AND (machine_id = \(machine) OR \(machine == nil) AND environment_id = \(place.environment))
            """
        ).map { try $0["id"] }
    }

    static func endAll(
        ofDeleted machine: ID<Machine>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let pins: [ID<Pin>] = try tx.run(
            "SELECT id FROM pin WHERE ended_at IS NULL AND machine_id = \(machine)"
        ).map { try $0["id"] }
        try end(pins, .machineDeleted, in: tx, &changes)
    }

    /// Ends the pins for one deployment that an automatic deployment which succeeded was about.
    static func use(
        by deployment: ID<Deployment>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let pins: [ID<Pin>] = try tx.run(
            """
            SELECT DISTINCT pin.id
            FROM deployment d
            JOIN run ON run.deployment_id = d.id AND run.state = 'succeeded'
            JOIN pin ON pin.one_shot AND pin.ended_at IS NULL AND pin.release_id = d.release_id
                    AND (pin.machine_id = run.machine_id OR pin.environment_id = d.environment_id)
            WHERE d.id = \(deployment) AND d.kind = 'automatic'
            """
        ).map { try $0["id"] }
        guard try end(pins, .used, in: tx, &changes) > 0 else { return }
        try NeedRows.satisfy(by: deployment, in: tx)
    }

    /// Ends what is past its time: the leader's doing.
    static func expire(limit: Int, in tx: borrowing Transaction, _ changes: inout Changes) throws {
        let pins: [ID<Pin>] = try tx.run(
            """
            SELECT id FROM pin WHERE ended_at IS NULL AND expires_at <= now()
            ORDER BY id LIMIT \(limit) FOR UPDATE SKIP LOCKED
            """
        ).map { try $0["id"] }
        try end(pins, .expired, in: tx, &changes)
    }

    /// The machines that events about pins send to another release.
    static func redirections(
        of events: [ID<Event>],
        in tx: borrowing Transaction
    ) throws -> [Redirection] {
        guard !events.isEmpty else { return [] }
        let rows = try tx.run(
            """
            SELECT e.id AS event_id, e.project_id, m.id AS machine_id
            FROM event e
            JOIN machine m ON m.deleted_at IS NULL
                          AND (m.id = e.machine_id OR e.machine_id IS NULL AND m.environment_id = e.environment_id)
            WHERE e.id = ANY (\(events)::bigint[])
              AND coalesce(e.detail ->> 'ended', '') <> ALL (\(PinEvent.endsWithoutReturn.map(\.rawValue))::text[])
            ORDER BY e.id, m.id
            """
        )
        let machines = try FactsRows.machines(try rows.map { try $0["machine_id"] }, in: tx)
        return try rows.compactMap { row in
            guard let machine = machines[try row["machine_id"]] else { return nil }
            return Redirection(
                eventID: try row["event_id"],
                projectID: try row["project_id"],
                machine: machine
            )
        }
    }
}

extension Pin {
    init(row: Row) throws {
        let end: String? = try row["end_reason"]
        self.init(
            id: try row["id"],
            project: try row["project"],
            release: try row["release"],
            environment: try row["environment"],
            machine: try row["machine"],
            once: try row["one_shot"],
            reason: try row["reason"],
            createdBy: try row["created_by"],
            createdAt: try row["created_at"],
            expiresAt: try row["expires_at"],
            endedAt: try row["ended_at"],
            endedBy: try row["ended_by"],
            endReason: end.flatMap(EndReason.init(rawValue:))
        )
    }
}
