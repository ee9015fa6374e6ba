package import FleetModel
import Postgres

extension Store {
    /// The position behind everything that is committed now.
    package func currentEventPosition() async throws -> EventPosition {
        // A statement of its own: the snapshot must not hold a transaction of ours.
        let rows = try await database.query("SELECT pg_current_snapshot()::text AS snapshot")
        return EventPosition(done: try rows[0]["snapshot"])
    }

    /// What was read of the stream at once.
    package struct StreamedEvents: Sendable {
        /// Those that are seen, each with the position behind it.
        package let events: [(event: Event, position: EventPosition)]
        /// Where to read on.
        package let next: EventPosition
        /// There may be more already.
        package let isFull: Bool
    }

    /// Of up to `limit` events behind `position` those that `principal` sees.
    package func events(
        after position: EventPosition,
        limit: Int,
        as principal: Principal
    ) async throws -> StreamedEvents {
        let batch: String
        if let open = position.batch {
            batch = open
        } else {
            batch = try await currentEventPosition().done
        }
        let page = try await look(as: principal) { tx, seen in
            try EventStreamRows.page(from: position, batch: batch, limit: limit, seen: seen, in: tx).map {
                Row(event: $0.event, xid: $0.xid, isSeen: $0.isSeen)
            }
        }
        let behind = { (row: Row) in
            var behind = position
            behind.batch = batch
            behind.xid = row.xid
            behind.id = row.event.id.rawValue
            return behind
        }
        let isFull = page.count == limit
        return StreamedEvents(
            events: page.filter(\.isSeen).map { (event: $0.event, position: behind($0)) },
            next: isFull ? page.last.map(behind) ?? position : EventPosition(done: batch),
            isFull: isFull
        )
    }

    private struct Row: Sendable {
        let event: Event
        let xid: UInt64
        let isSeen: Bool
    }
}
