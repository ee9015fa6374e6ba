import Cluster
import FleetModel
import FleetStore
import Postgres
import TestSupport

/// Reads the event log as a leader does, page by page, and counts what the pages that were committed held.
///
/// Every so often a leader dies with a page in its hands, and the next one begins a tenure.
struct MarkReader {
    private static let pagesBetweenDeaths = 25
    private static let eventsInPage = 200

    private struct Death: Error {}

    let connection: Connection
    let node = "reader"

    /// Reads on until `stop` is requested, and then until nothing is left. Returns with the number of tenures.
    func run(until stop: StopRequest) async throws -> (tally: Tally, tenures: Int) {
        var tally = Tally()
        var tenures = 1
        var pages = 0
        var fence = try await begin()
        while true {
            let isLast = stop.isRequested
            let tenuresBefore = tenures
            _ = try await connection.query(MarkRows.tick(fence))
            var batchIsOpen = true
            while batchIsOpen {
                pages += 1
                do {
                    let page = try await page(fence, dies: pages.isMultiple(of: Self.pagesBetweenDeaths))
                    tally.read(page?.events.map(\.id) ?? [])
                    batchIsOpen = page?.isLast == false
                } catch is Death {
                    fence = try await begin()
                    tenures += 1
                }
            }
            // A tenure that began after the tick left an event of its own, which the next batch has.
            if isLast && tenures == tenuresBefore { return (tally, tenures) }
            // Lets batches of some size come together; a leader waits for its wake-up here.
            _ = try await connection.query("SELECT pg_sleep(0.01)")
        }
    }

    private func begin() async throws -> Fence {
        let node = node
        return try await connection.transaction { tx in
            var changes = Changes(actor: "node:\(node)", node: node)
            let fence = try LeaseRows.begin(node: node, in: tx, &changes)
            _ = try changes.write(in: tx)
            return fence
        }
    }

    private func page(_ fence: Fence, dies: Bool) async throws -> MarkRows.Page? {
        let node = node
        return try await connection.transaction { tx in
            try LeaseRows.check(fence, in: tx)
            guard let mark = try MarkRows.lock(in: tx) else { return nil }
            let page = try MarkRows.page(mark, limit: Self.eventsInPage, in: tx)
            try MarkRows.advance(past: page, fence: fence, node: node, in: tx)
            if dies { throw Death() }
            return page
        }
    }
}

/// The reader that everybody writes first: what is above the highest id it has seen.
struct NaiveReader {
    let connection: Connection

    func run(until stop: StopRequest) async throws -> Tally {
        var tally = Tally()
        var mark = ID<Event>(rawValue: 0)
        while true {
            let isLast = stop.isRequested
            let rows = try await connection.query("SELECT id FROM event WHERE id > \(mark) ORDER BY id")
            let ids: [ID<Event>] = try rows.map { try $0["id"] }
            tally.read(ids)
            mark = ids.last ?? mark
            if isLast { return tally }
            _ = try await connection.query("SELECT pg_sleep(0.01)")
        }
    }
}
