import FleetModel
import FleetRules
import Postgres

/// The ways in which a quarantine ends. Whoever ends one starts the attempts of the machine's need again.
enum QuarantineRelease {
    /// The quarantines with these numbers that are in force; returns how many there were.
    @discardableResult
    static func byID(
        _ ids: [ID<Quarantine>],
        because reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Int {
        guard !ids.isEmpty else { return 0 }
        let rows = try tx.run(
            """
            WITH released AS (
                UPDATE machine_quarantine
                SET released_at = now(), released_by = \(changes.actor), release_reason = \(reason)
                WHERE id = ANY (\(ids)::bigint[]) AND released_at IS NULL
                RETURNING machine_id, project_id, release_id
            )
            SELECT q.*, m.name AS machine, m.environment_id, p.name || ' ' || r.version AS release
            FROM released q
            JOIN machine m ON m.id = q.machine_id
            JOIN project p ON p.id = q.project_id
            JOIN release r ON r.id = q.release_id
            ORDER BY q.machine_id, q.project_id
            """
        )
        for row in rows {
            changes.post(
                .failing(
                    .quarantineReleased(
                        try EventSubject(pair: row),
                        machine: try row["machine"],
                        release: try row["release"],
                        reason: reason
                    )
                )
            )
        }
        try NeedRows.startAgain(
            machines: try rows.map { try $0["machine_id"] },
            projects: try rows.map { try $0["project_id"] },
            in: tx
        )
        return rows.count
    }

    /// Those of machines that should have another release now: what was given up is not wanted any more.
    static func askOfOtherReleases(
        _ subjects: [NeedObstacleRows.Subject],
        in tx: borrowing Transaction
    ) throws -> Answer<[ID<Quarantine>]> {
        try tx.ask(
            """
            SELECT q.id
            FROM unnest(\(subjects.map(\.machine))::bigint[], \(subjects.map(\.project))::bigint[],
                        \(subjects.map(\.release))::bigint[]) AS s(machine_id, project_id, release_id)
            JOIN machine_quarantine q ON q.machine_id = s.machine_id AND q.project_id = s.project_id
                                     AND q.released_at IS NULL AND q.release_id <> s.release_id
            """
        ) { try $0.map { try $0["id"] } }
    }

    /// Runs that succeeded put there what was given up.
    static func ofSucceeded(
        _ runs: [ID<Run>],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !runs.isEmpty else { return }
        let ids: [ID<Quarantine>] = try tx.run(
            """
            SELECT q.id FROM run
            JOIN machine_quarantine q ON q.machine_id = run.machine_id AND q.release_id = run.release_id
                                     AND q.released_at IS NULL
            WHERE run.id = ANY (\(runs)::bigint[])
            """
        ).map { try $0["id"] }
        try byID(ids, because: "a run of it succeeded there", in: tx, &changes)
    }

    /// Machines that a person touched.
    static func ofTouched(
        _ matches: [TriggerMatch],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !matches.isEmpty else { return }
        let ids: [ID<Quarantine>] = try tx.run(
            """
            SELECT DISTINCT q.id
            FROM unnest(\(matches.map(\.machineID))::bigint[], \(matches.map(\.projectID))::bigint[])
                 AS s(machine_id, project_id)
            JOIN machine_quarantine q ON q.machine_id = s.machine_id AND q.project_id = s.project_id
                                     AND q.released_at IS NULL
            """
        ).map { try $0["id"] }
        try byID(
            ids,
            because: "the machine was enabled, or given another environment or roles",
            in: tx,
            &changes
        )
    }

    /// Machines of an environment on which the release was given up.
    static func of(
        release: ID<Release>,
        in environment: ID<Environment>,
        because reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let ids: [ID<Quarantine>] = try tx.run(
            """
            SELECT q.id FROM machine_quarantine q JOIN machine m ON m.id = q.machine_id
            WHERE q.release_id = \(release) AND q.released_at IS NULL AND m.environment_id = \(environment)
            ORDER BY q.id
            """
        ).map { try $0["id"] }
        try byID(ids, because: reason, in: tx, &changes)
    }

    /// A machine that is no more; its event says it all.
    static func of(deleted machine: ID<Machine>, by actor: String, in tx: borrowing Transaction) throws {
        try tx.run(
            """
            UPDATE machine_quarantine
            SET released_at = now(), released_by = \(actor), release_reason = 'the machine was deleted'
            WHERE machine_id = \(machine) AND released_at IS NULL
            """
        )
    }
}
