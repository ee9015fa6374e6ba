import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport

/// Sixteen who append to the event log at once, through the product's unit of work, in every awkward way: they
/// pause before they commit, roll back, use savepoints, and write few or many rows.
struct LogWriters {
    static let count = 16
    static let transactionsEach = 460

    private struct ChangedItsMind: Error {}

    let store: Store

    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.count {
                group.addTask { try await self.write(as: writer) }
            }
            try await group.waitForAll()
        }
    }

    private func write(as writer: Int) async throws {
        for number in 0..<Self.transactionsEach {
            do {
                try await transact(number, of: writer)
            } catch is ChangedItsMind {}
        }
    }

    /// Of a hundred transactions two pause, five roll back, and ten use savepoints; they write 1 to 5 rows at first
    /// and one at the end.
    private func transact(_ number: Int, of writer: Int) async throws {
        let turn = number + 7 * writer
        let records = (0...(turn % 5)).map { part in
            EventRecord(
                .packagePushed,
                EventSubject(),
                "writer \(writer), transaction \(number), part \(part)"
            )
        }
        let actor = "key:writer-\(writer)"
        let node = store.node
        try await store.unitOfWork(by: .system(actor)) { tx, changes in
            if turn % 10 == 3 {
                try tx.run("SAVEPOINT attempt")
                try EventRows.insert(records, actor: actor, node: node, in: tx)
                try tx.run("ROLLBACK TO attempt")
                try EventRows.insert(records, actor: actor, node: node, in: tx)
                try tx.run("RELEASE attempt")
            } else {
                try EventRows.insert(records, actor: actor, node: node, in: tx)
            }
            if turn % 50 == 11 { try tx.run("SELECT pg_sleep(0.2)") }
            if turn % 20 == 5 { throw ChangedItsMind() }
            changes.post(.releaseCreated(EventSubject(), project: "shop", version: "\(number).\(writer)"))
        }
    }

    /// Writes, keeps its transaction open for seconds, writes again, and says how many events were read meanwhile.
    func writeSlowly() async throws -> Int {
        let node = store.node
        return try await store.unitOfWork(by: "key:slow") { tx, changes in
            let early = EventRecord(.packagePushed, EventSubject(), "written early, committed late")
            try EventRows.insert([early], actor: "key:slow", node: node, in: tx)
            let before: Int = try tx.run("SELECT events_read FROM scan_mark")[0]["events_read"]
            try tx.run("SELECT pg_sleep(3)")
            var after = before
            // On a busy machine it takes as long as it takes.
            for _ in 1...200 where after - before <= 500 {
                try tx.run("SELECT pg_sleep(0.1)")
                after = try tx.run("SELECT events_read FROM scan_mark")[0]["events_read"]
            }
            changes.post(.releaseCreated(EventSubject(), project: "shop", version: "slow"))
            return after - before
        }
    }

    /// Holds a transaction number in another database of the same PostgreSQL.
    static func writeElsewhere() async throws {
        var configuration = try TestDatabase.current.configuration
        configuration[parameter: "dbname"] = "postgres"
        let connection = try await Connection.open(configuration, logger: .quiet)
        try await connection.transaction { tx in
            try tx.run("SELECT pg_current_xact_id()")
            try tx.run("SELECT pg_sleep(3)")
        }
        await connection.close()
    }
}
