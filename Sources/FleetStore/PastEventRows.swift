import FleetModel
import FleetRules
import Postgres

/// Reads the event log backwards, in pages, for questions about the past.
enum PastEventRows {
    /// A page of the log: what of it matters, and where it ends.
    struct Page: Sendable {
        let items: [PastEvents.Item]
        /// How many events the page has, of whatever category.
        let count: Int
        /// How many of them concern machines, and are not before the time that was asked for.
        let aboutMachines: Int
        let lowestID: Int64
        let newest: Instant?
        let oldest: Instant?
    }

    /// The `limit` events with an id below `before`, newest first. Of them come back those of `categories` since `since` that are
    /// about machines and seen; the others are counted in the server.
    static func page(
        before: Int64,
        limit: Int,
        of categories: Set<EventCategory>,
        since: Instant,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> Page {
        let rows = try tx.run(
            """
            WITH page AS MATERIALIZED (
                SELECT id, occurred_at, category, machine_id, environment_id, project_id FROM event
                WHERE id < \(before) ORDER BY id DESC LIMIT \(limit)),
            whole AS (
                SELECT count(*) AS count, min(id) AS lowest, max(occurred_at) AS newest, min(occurred_at) AS oldest,
                       count(*) FILTER (WHERE machine_id IS NOT NULL AND occurred_at >= \(since)
                                          AND (\(seen.isEverything)
                                               OR EXISTS (SELECT 1 FROM machine m
                                                          WHERE m.id = page.machine_id
                                                            AND event_in_sight(
                                                                \(seen.places)::bigint[], \(seen.environments)::bigint[],
                                                                \(seen.projects)::bigint[], page.category,
                                                                page.environment_id, page.project_id, m.environment_id))))
                           AS about_machines
                FROM page)
            SELECT whole.*, page.id, page.occurred_at, page.category, page.machine_id
            FROM whole LEFT JOIN page ON page.machine_id IS NOT NULL AND page.occurred_at >= \(since)
                                     AND (\(seen.isEverything)
                                          OR EXISTS (SELECT 1 FROM machine m
                                                     WHERE m.id = page.machine_id
                                                       AND event_in_sight(
                                                           \(seen.places)::bigint[], \(seen.environments)::bigint[],
                                                           \(seen.projects)::bigint[], page.category,
                                                           page.environment_id, page.project_id, m.environment_id)))
                                     AND page.category = ANY (\(categories.map(\.rawValue))::text[])
            """
        )
        let whole = rows[0]
        return Page(
            items: try rows.compactMap(item),
            count: try whole["count"],
            aboutMachines: try whole["about_machines"],
            lowestID: try whole["lowest"] ?? before,
            newest: try whole["newest"],
            oldest: try whole["oldest"]
        )
    }

    /// nil: nothing of the page matters, and the row only tells of the whole.
    private static func item(_ row: Row) throws -> PastEvents.Item? {
        guard let id: ID<Event> = try row["id"] else { return nil }
        let category: String = try row["category"]
        guard let known = EventCategory(rawValue: category) else { return nil }
        return PastEvents.Item(
            event: ScannedEvent(id: id, category: known, machineID: try row["machine_id"]),
            occurredAt: try row["occurred_at"]
        )
    }
}
