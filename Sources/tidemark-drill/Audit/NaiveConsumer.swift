import FleetModel
import Postgres

/// The scanner that everybody writes first: its mark is the highest id it has seen. It keeps the same books as the
/// real one, so that the auditor can be shown to see losses where there are some.
struct NaiveConsumer: Sendable {
    let database: Database

    /// Until it is cancelled.
    func run() async throws {
        var mark: Int64 = 0
        while !Task.isCancelled {
            mark = try await scan(after: mark)
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    private func scan(after mark: Int64) async throws -> Int64 {
        let fires = DrillFleet.group.categories.map(\.rawValue).sorted()
        return try await database.transaction { tx in
            let read = try tx.run(
                """
                WITH page AS (SELECT id, category, machine_id FROM event WHERE id > \(mark)),
                     decided AS (
                        INSERT INTO decision (kind, event_id, trigger_id, machine_id, project_id, verdict, reason, term, node)
                        SELECT 'match', p.id, t.id, p.machine_id, t.project_id, 'needOpened', '', 0, 'naive'
                        FROM page p CROSS JOIN project_trigger t
                        WHERE p.category = ANY (\(fires)::text[]) AND p.machine_id IS NOT NULL)
                UPDATE scan_mark
                SET done = pg_current_snapshot(), events_read = events_read + (SELECT count(*) FROM page)
                RETURNING (SELECT coalesce(max(id), \(mark)) FROM page) AS mark
                """
            )[0]
            return try read["mark"]
        }
    }
}
