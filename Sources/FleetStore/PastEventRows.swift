import FleetModel
import FleetRules
import Postgres

/// Reads the event log backwards, in pages, for questions about the past.
enum PastEventRows {
    /// A page of the log: what of it concerns machines, and where it ends.
    struct Page: Sendable {
        let items: [PastEvents.Item]
        /// How many events the page has, of whatever category.
        let count: Int
        let lowestID: Int64
        let newest: Instant?
        let oldest: Instant?
    }

    /// The `limit` events with an id below `before`, newest first.
    static func page(before: Int64, limit: Int, in tx: borrowing Transaction) throws -> Page {
        let rows = try tx.run(
            """
            SELECT id, occurred_at, category, machine_id FROM event WHERE id < \(before) ORDER BY id DESC LIMIT \(limit)
            """
        )
        var items: [PastEvents.Item] = []
        var lowest = before
        var newest: Instant?
        var oldest: Instant?
        for row in rows {
            let id: ID<Event> = try row["id"]
            let at: Instant = try row["occurred_at"]
            let machine: ID<Machine>? = try row["machine_id"]
            let category: String = try row["category"]
            lowest = min(lowest, id.rawValue)
            newest = max(newest ?? at, at)
            oldest = min(oldest ?? at, at)
            guard let machine, let known = EventCategory(rawValue: category) else { continue }
            items.append(
                PastEvents.Item(
                    event: ScannedEvent(id: id, category: known, machineID: machine),
                    occurredAt: at
                )
            )
        }
        return Page(items: items, count: rows.count, lowestID: lowest, newest: newest, oldest: oldest)
    }
}
