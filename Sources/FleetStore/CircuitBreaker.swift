import FleetModel
import FleetRules
import Postgres

/// Opens and closes circuits.
///
/// They are opened by the scan: it alone sees the failed runs of all nodes one after the other, so that two runs that fail
/// at the same moment on two nodes count as two, and the circuit opens once.
enum CircuitBreaker {
    /// Looks at releases that just failed, and opens the circuits of those that fail too much. Returns deployments that
    /// have to stop giving them out.
    static func judge(
        _ suspects: Set<FailingRelease>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Deployment>] {
        let ordered = suspects.sorted { ($0.environment, $0.release) < ($1.environment, $1.release) }
        guard !ordered.isEmpty else { return [] }
        var opened: [FailingRelease] = []
        for record in try CircuitOutcomeRows.load(ordered, in: tx) {
            guard let opening = CircuitRule.judge(record.outcomes, settings: record.settings),
                let id = try CircuitRows.open(
                    record.release,
                    opening,
                    fallBack: record.settings.fallBack,
                    in: tx
                )
            else { continue }
            try tell(id, opened: opening, record.release, project: record.project, in: tx, &changes)
            try NeedRows.touch(project: record.project, in: record.release.environment, in: tx)
            opened.append(record.release)
        }
        return try DeploymentRows.openAutomatic(of: opened, in: tx)
    }

    /// Closes by hand: everything starts again, as if the release had never failed.
    static func close(
        _ circuit: ID<Circuit>,
        because reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Bool {
        let rows = try tx.run(
            """
            UPDATE release_circuit
            SET closed_at = now(), closed_by = \(changes.actor), close_reason = \(reason), closing = 'byHand'
            WHERE id = \(circuit) AND closed_at IS NULL
            RETURNING id, environment_id, project_id, release_id
            """
        )
        try told(rows, because: reason, in: tx, &changes)
        guard let row = rows.first else { return false }
        try NeedRows.startAgain(release: try row["release_id"], in: try row["environment_id"], in: tx)
        try QuarantineRelease.of(
            release: try row["release_id"],
            in: try row["environment_id"],
            because: "the circuit of the release was closed: \(reason)",
            in: tx,
            &changes
        )
        return true
    }

    /// The environment has a release of the project anew: what failed there before is past.
    static func closeAll(
        project: ID<Project>,
        environment: ID<Environment>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let reason = "a release became the environment's"
        let rows = try tx.run(
            """
            UPDATE release_circuit
            SET closed_at = now(), closed_by = \(changes.actor), close_reason = \(reason), closing = 'newRelease'
            WHERE environment_id = \(environment) AND project_id = \(project) AND closed_at IS NULL
            RETURNING id, environment_id, project_id, release_id
            """
        )
        try told(rows, because: reason, in: tx, &changes)
    }

    private static func told(
        _ rows: Rows,
        because reason: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        for row in rows {
            let circuit = try CircuitRows.get(try row["id"], in: tx)
            let subject = EventSubject(
                environment: try row["environment_id"],
                project: try row["project_id"],
                release: try row["release_id"]
            )
            changes.post(
                .failing(
                    .circuitClosed(
                        subject,
                        release: "\(circuit.project) \(circuit.release)",
                        environment: circuit.environment,
                        reason: reason
                    )
                )
            )
        }
    }

    private static func tell(
        _ id: ID<Circuit>,
        opened opening: CircuitRule.Opening,
        _ release: FailingRelease,
        project: ID<Project>,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let circuit = try CircuitRows.get(id, in: tx)
        changes.post(
            .failing(
                .circuitOpened(
                    EventSubject(
                        environment: release.environment,
                        project: project,
                        release: release.release
                    ),
                    release: "\(circuit.project) \(circuit.release)",
                    environment: circuit.environment,
                    failed: opening.failed,
                    tried: opening.tried,
                    fallback: circuit.fallback
                )
            )
        )
    }
}
