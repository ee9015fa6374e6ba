import FleetModel
import FleetRules
import Postgres

/// A release in an environment where it just failed.
struct FailingRelease: Hashable, Sendable {
    let environment: ID<Environment>
    let release: ID<Release>

    /// Those that due needs say of: a failed run makes its need due in its own transaction, so whoever sees the need sees
    /// the failure, even before its event is read.
    static func askOfDueNeeds(limit: Int, in tx: borrowing Transaction) throws -> Answer<[FailingRelease]> {
        try tx.ask(
            """
            SELECT DISTINCT d.environment_id, d.attempts_release_id
            FROM (SELECT m.environment_id, n.attempts_release_id
                  FROM need n JOIN machine m ON m.id = n.machine_id
                  WHERE n.closed_at IS NULL AND n.due_at <= clock_timestamp() AND n.attempts > 0
                  ORDER BY n.due_at, n.id LIMIT \(limit)) d
            WHERE d.attempts_release_id IS NOT NULL
            """
        ) { rows in
            try rows.map {
                FailingRelease(environment: try $0["environment_id"], release: try $0["attempts_release_id"])
            }
        }
    }
}

extension FailingRelease {
    /// nil: the event tells of no failure.
    init?(event: MarkRows.PageEvent) {
        guard event.asksFor(.judgeRelease), let environment = event.environmentID,
            let release = event.releaseID
        else { return nil }
        self.init(environment: environment, release: release)
    }
}
