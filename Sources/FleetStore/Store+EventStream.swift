package import FleetModel
import Postgres

extension Store {
    /// The position behind everything that is committed now.
    package func currentEventPosition() async throws -> EventPosition {
        // A statement of its own: the snapshot must not hold a transaction of ours.
        let rows = try await database.query("SELECT pg_current_snapshot()::text AS snapshot")
        return EventPosition(done: try rows[0]["snapshot"])
    }

    /// Up to `limit` events behind `position`, each with the position behind it, and where to read on.
    package func events(
        after position: EventPosition,
        limit: Int
    ) async throws -> (events: [(event: Event, position: EventPosition)], next: EventPosition) {
        let batch: String
        if let open = position.batch {
            batch = open
        } else {
            batch = try await currentEventPosition().done
        }
        let page = try await read { tx in
            try EventStreamRows.page(from: position, batch: batch, limit: limit, in: tx).map {
                Row(event: $0.event, xid: $0.xid)
            }
        }
        let events = page.map { row in
            var behind = position
            behind.batch = batch
            behind.xid = row.xid
            behind.id = row.event.id.rawValue
            return (event: row.event, position: behind)
        }
        guard page.count == limit, let last = events.last else { return (events, EventPosition(done: batch)) }
        return (events, last.position)
    }

    private struct Row: Sendable {
        let event: Event
        let xid: UInt64
    }
}
