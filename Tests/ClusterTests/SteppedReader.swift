import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// A leader that takes one step when it is told to, and knows after each what it must have read by then.
final class SteppedReader {
    private let connection: Connection
    private var fence: Fence
    private(set) var tally = Tally()
    /// What was committed when the open batch was taken: all of it is read when the batch ends.
    private var owed: Set<ID<Event>> = []
    private var batchIsOpen = false

    private init(connection: Connection, fence: Fence) {
        self.connection = connection
        self.fence = fence
    }

    static func open() async throws -> SteppedReader {
        let connection = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        return SteppedReader(connection: connection, fence: try await begin(on: connection))
    }

    private static func begin(on connection: Connection) async throws -> Fence {
        try await connection.transaction { tx in
            var changes = Changes(actor: "node:reader", node: "reader")
            let fence = try LeaseRows.begin(node: "reader", in: tx, &changes)
            _ = try changes.write(in: tx)
            return fence
        }
    }

    /// The tenure before ends without a word.
    func beginTenure() async throws { fence = try await Self.begin(on: connection) }

    func tick() async throws {
        if !batchIsOpen { owed = try await committed() }
        _ = try await connection.query(MarkRows.tick(fence))
        batchIsOpen = true
    }

    func page(limit: Int) async throws {
        let fence = fence
        let page = try await connection.transaction { tx -> MarkRows.Page? in
            try LeaseRows.check(fence, in: tx)
            guard let mark = try MarkRows.lock(in: tx) else { return nil }
            let page = try MarkRows.page(mark, limit: limit, in: tx)
            try MarkRows.advance(past: page, fence: fence, node: "reader", in: tx)
            return page
        }
        guard let page else { return }
        tally.read(page.events.map(\.id))
        if page.isLast { batchIsOpen = false }
    }

    /// Until a batch that holds nothing new.
    func readToTheEnd() async throws {
        repeat {
            try await tick()
            while batchIsOpen { try await page(limit: 100) }
        } while try await committed().count > tally.count
    }

    func committed() async throws -> Set<ID<Event>> {
        Set(
            try await TestDatabase.current.database.query("SELECT id FROM event").map { row in try row["id"] }
        )
    }

    /// Nothing was read twice or before its commit, and a batch that ended left nothing out.
    func expectHonest(_ when: String) async throws {
        let audit = tally.audit(committed: try await committed())
        #expect([audit.twice, audit.invented] == [0, 0], "\(when)")
        guard !batchIsOpen else { return }
        #expect(tally.audit(committed: owed).missed == 0, "\(when)")
    }

    func close() async { await connection.close() }
}
