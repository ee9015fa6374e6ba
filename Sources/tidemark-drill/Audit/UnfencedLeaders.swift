import FleetModel
import FleetStore
import Postgres
import Proof

/// Leaders as everybody writes them first: they read, decide, and commit without asking whether they lead still. One that
/// was frozen between reading and writing commits when another leads.
struct UnfencedLeaders: Sendable {
    let database: Database

    /// Until it is cancelled: two that take the lead from each other, neither of which notices.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for node in ["first", "second"] {
                group.addTask { try await lead(as: node) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func lead(as node: String) async throws {
        while !Task.isCancelled {
            let store = Store(database: database, node: node)
            let fence = try await store.unitOfWork(by: "node:\(node)") { tx, changes in
                try LeaseRows.begin(node: node, in: tx, &changes)
            }
            for _ in 1...5 where !Task.isCancelled { try await scan(fence, node) }
        }
    }

    private func scan(_ fence: Fence, _ node: String) async throws {
        let fires = DrillFleet.group.categories.map(\.rawValue).sorted()
        let page = try await database.query(
            """
            SELECT pg_current_snapshot()::text AS now,
                   ARRAY(SELECT e.id FROM event e WHERE NOT pg_visible_in_snapshot(e.xid, m.done)) AS ids
            FROM scan_mark m WHERE m.name = 'auto'
            """
        )[0]
        let now: String = try page["now"]
        let ids: [Int64] = try page["ids"]
        // As long as a process may be frozen, or a packet be on its way.
        try? await Task.sleep(for: .milliseconds(300))
        _ = try await database.query(
            """
            WITH decided AS (
                INSERT INTO decision (kind, event_id, trigger_id, machine_id, project_id, verdict, reason, term, node)
                SELECT 'match', e.id, t.id, e.machine_id, t.project_id, 'needOpened', '', \(fence.term), \(node)
                FROM event e CROSS JOIN project_trigger t
                WHERE e.id = ANY (\(ids)::bigint[]) AND e.category = ANY (\(fires)::text[]) AND e.machine_id IS NOT NULL
                ON CONFLICT DO NOTHING)
            UPDATE scan_mark SET done = \(now)::pg_snapshot, events_read = events_read + \(ids.count)
            """
        )
    }
}
