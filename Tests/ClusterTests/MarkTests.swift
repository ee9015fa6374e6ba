import Cluster
import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Story D5: whatever order writers commit in, and however late, each event is read once.
@Suite(.migratedSchema)
struct MarkTests {
    @Test(
        """
        D5 of 20,000 events by 16 writers who commit late, roll back and hold transactions open, none is missed and \
        none is read twice, while a reader with a naive mark loses some
        """
    )
    func everyEventOnce() async throws {
        let current = try TestDatabase.current
        let pool = Database(current.configuration, maxConnections: LogWriters.count + 1, logger: .quiet)
        let writers = LogWriters(store: Store(database: pool, node: "writer"))
        let ours = try await Connection.open(current.configuration, logger: .quiet)
        let theirs = try await Connection.open(current.configuration, logger: .quiet)
        let stop = StopRequest()
        async let marked = MarkReader(connection: ours).run(until: stop)
        async let naive = NaiveReader(connection: theirs).run(until: stop)
        async let elsewhere: Void = LogWriters.writeElsewhere()
        async let readMeanwhile = writers.writeSlowly()
        do {
            try await writers.run()
            try await elsewhere
            #expect(try await readMeanwhile > 500, "an open transaction delays nobody's events but its own")
        } catch {
            stop.request()
            throw error
        }
        stop.request()
        let (tally, tenures) = try await marked
        let naiveTally = try await naive
        await ours.close()
        await theirs.close()
        await pool.close()

        let rows = try await current.database.query("SELECT id FROM event")
        let committed = Set(try rows.map { row -> ID<Event> in try row["id"] })
        #expect(committed.count >= 20_000)
        #expect(tenures > 3, "leaders died with a page in their hands")
        #expect(tally.audit(committed: committed) == Tally.Audit(missed: 0, twice: 0, invented: 0))
        let counted: Int = try await current.database.query("SELECT events_read FROM scan_mark")[0][
            "events_read"
        ]
        #expect(counted == committed.count, "what the auditor of the drill goes by")
        let losses = naiveTally.audit(committed: committed)
        #expect(losses.missed > 0, "the checker must see losses where there are some")
        print("D5: \(committed.count) events, \(tenures) tenures, the naive mark missed \(losses.missed)")
    }

    @Test(
        "D5 the events of a prepared transaction are read once it is committed, and delay nobody's until then",
        .enabled("max_prepared_transactions is 0 in the PostgreSQL for tests") {
            let server = try ConnectionConfiguration(TestDatabase.server())
            let connection = try await Connection.open(server, logger: .quiet)
            let row = try await connection.query(
                "SELECT current_setting('max_prepared_transactions')::int AS n"
            )
            await connection.close()
            return try row[0]["n"] > 0
        }
    )
    func preparedTransaction() async throws {
        let current = try TestDatabase.current
        let preparer = try await Connection.open(current.configuration, logger: .quiet)
        let insert: SQL = """
            INSERT INTO event (category, actor, node, message) VALUES ('PackagePushed', 'test', 'test', 'x')
            """
        _ = try await preparer.query("BEGIN")
        _ = try await preparer.query(insert)
        _ = try await preparer.query(SQL(stringLiteral: "PREPARE TRANSACTION '\(current.name)'"))
        _ = try await preparer.query(insert)
        #expect(try await readToTheEnd().count == 2, "the beginning of the tenure, and the later event")
        _ = try await preparer.query(SQL(stringLiteral: "COMMIT PREPARED '\(current.name)'"))
        #expect(try await readToTheEnd().count == 2, "the beginning of the tenure, and the prepared event")
        await preparer.close()
    }

    private func readToTheEnd() async throws -> Tally {
        let connection = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        let stop = StopRequest()
        stop.request()
        let (tally, _) = try await MarkReader(connection: connection).run(until: stop)
        await connection.close()
        return tally
    }
}
