import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct RetentionTests {
    private static let day = 86_400
    private static let settings = RetentionSettings(
        eventSeconds: 400 * day,
        logSeconds: day,
        packageSeconds: day
    )

    /// A month of 2020 with events, as if it had been made then, beside the present ones.
    private func fleetWithOldMonth(events: Int = 50) async throws -> Fleet {
        let fleet = try await Fleet()
        try await fleet.store.read { tx in
            try tx.run("ALTER TABLE event DETACH PARTITION event_first")
            try tx.run(
                """
                DO $$ BEGIN
                    EXECUTE (SELECT format('ALTER TABLE event ATTACH PARTITION event_first FOR VALUES FROM (''2021-01-01Z'') TO (%L)', to_at)
                             FROM event_partition WHERE name = 'event_first');
                END $$
                """
            )
            try tx.run(
                "CREATE TABLE event_2020_12 PARTITION OF event FOR VALUES FROM (MINVALUE) TO ('2021-01-01Z')"
            )
            try tx.run(
                "INSERT INTO event_partition (name, from_at, to_at) VALUES ('event_2020_12', '2020-12-01Z', '2021-01-01Z')"
            )
            try tx.run(
                """
                INSERT INTO event (occurred_at, category, actor, node, message, detail)
                SELECT '2020-12-10Z'::timestamptz + make_interval(secs => i), 'ReleaseCreated', 'test', 'test',
                       'old event ' || i, '{"n": "1"}'
                FROM generate_series(1, \(events)) i
                """
            )
        }
        return fleet
    }

    /// Scans until the month is read by the mark: transactions of other tests may be open meanwhile.
    private func expired(_ fleet: Fleet) async throws -> [ExpiredPartition] {
        try await eventually("the month is past the mark", within: .seconds(30)) {
            try await fleet.scan()
            return try await !fleet.store.expiredPartitions(Self.settings).isEmpty
        }
        return try await fleet.store.expiredPartitions(Self.settings)
    }

    @Test(
        "A month that is past its retention and read is dropped as a whole, which is an event; ids and scans go on"
    )
    func dropped() async throws {
        let fleet = try await fleetWithOldMonth()
        let expired = try await expired(fleet)
        #expect(expired.map(\.name) == ["event_2020_12"])
        #expect(try await fleet.store.dropPartition(expired[0]) == 50)
        #expect(
            try await fleet.count("SELECT count(*) AS n FROM event WHERE occurred_at < '2021-01-01Z'") == 0
        )
        #expect(
            try await fleet.texts("SELECT message AS t FROM event WHERE category = 'EventsDropped'") == [
                "50 events of event_2020_12, all before 2021-01-01T00:00:00.000000Z, were dropped: "
                    + "they are past their retention"
            ]
        )
        #expect(try await fleet.store.dropPartition(expired[0]) == nil, "another node was first")
        _ = try await fleet.machine("web-1")
        #expect(try await fleet.scan().map(\.events).reduce(0, +) >= 2)
    }

    @Test("A month with events that no scan has read is not dropped, by the rule nor by the database")
    func unreadStays() async throws {
        let fleet = try await fleetWithOldMonth()
        #expect(try await fleet.store.expiredPartitions(Self.settings) == [])
        let month = ExpiredPartition(
            name: "event_2020_12",
            startsAt: nil,
            endsAt: Instant(microseconds: 1_609_459_200_000_000),
            isExported: false
        )
        let error = await #expect(throws: PostgresError.self) { try await fleet.store.dropPartition(month) }
        #expect(error?.sqlState == "55000")
        #expect(
            try await fleet.count("SELECT count(*) AS n FROM event WHERE occurred_at < '2021-01-01Z'") == 50
        )
        let read = try await fleet.scan().map(\.events).reduce(0, +)
        #expect(read >= 50, "and they are read however old they are")
    }

    @Test("For ever is the default: nothing expires")
    func forEver() async throws {
        let fleet = try await fleetWithOldMonth()
        _ = try await expired(fleet)
        #expect(try await fleet.store.expiredPartitions(RetentionSettings()) == [])
    }

    @Test(
        "The months ahead are there, what is beyond them goes to the default, and nothing in any can be changed"
    )
    func partitions() async throws {
        let fleet = try await Fleet()
        #expect(try await fleet.store.makeEventPartitions() == 0)
        #expect(try await fleet.count("SELECT count(*) AS n FROM event_partition WHERE to_at > now()") >= 3)
        _ = try await fleet.store.database.query(
            """
            INSERT INTO event (occurred_at, category, actor, node, message)
            VALUES (now() + interval '10 years', 'NodeStarted', 'x', 'x', 'x')
            """
        )
        #expect(try await fleet.count("SELECT count(*) AS n FROM event_default") == 1)
        #expect(try await fleet.scan().map(\.events).reduce(0, +) >= 1)
        for sql: SQL in [
            "DELETE FROM event_default", "UPDATE event_default SET message = 'y'", "TRUNCATE event_default",
            "TRUNCATE event_first", "DELETE FROM event",
        ] {
            let error = await #expect(throws: PostgresError.self) {
                try await fleet.store.database.query(sql)
            }
            #expect(error?.sqlState == "42501", "\(sql)")
        }
    }

    @Test("A month that nobody made room for in time stays in the default, and the next ones are made")
    func late() async throws {
        let fleet = try await Fleet()
        _ = try await fleet.store.database.query(
            """
            INSERT INTO event (occurred_at, category, actor, node, message)
            SELECT max(to_at) + interval '1 day', 'NodeStarted', 'x', 'x', 'x' FROM event_partition
            """
        )
        #expect(try await fleet.count("SELECT make_event_partitions(4) AS n") == 1)
        #expect(try await fleet.count("SELECT make_event_partitions(4) AS n") == 0)
        #expect(try await fleet.count("SELECT count(*) AS n FROM event_default") == 1)
    }

    @Test("Exported events are whole, in order, page by page")
    func export() async throws {
        let fleet = try await fleetWithOldMonth(events: 25)
        let before = Instant(microseconds: 1_609_459_200_000_000)
        var lines: [String] = []
        var after: Int64 = 0
        while true {
            let page = try await fleet.store.exportEvents(
                from: nil,
                before: before,
                after: after,
                limit: 10,
                as: "test"
            )
            guard !page.isEnd else { break }
            lines += page.lines
            after = page.lastID
        }
        #expect(lines.count == 25)
        let first = try JSONText.decode([String: JSONValue].self, from: lines[0])
        #expect(first["message"] == .string("old event 1"))
        #expect(first["occurredAt"] == .string("2020-12-10T00:00:01.000000Z"))
        #expect(first["detail"] == .object(["n": .string("1")]))
    }

    @Test(
        "Logs of deployments that ended long ago are removed in bounded parts, and who asks for them is told"
    )
    func logs() async throws {
        let fleet = try await Fleet()
        try await fleet.release("1.4")
        let web = try await fleet.machine("web-1")
        let old = try await fleet.deploy("1.4")
        try await fleet.agent(web, "web-1").work()
        try await fleet.release("1.5")
        let new = try await fleet.deploy("1.5")
        try await fleet.agent(web, "web-1").work()
        _ = try await fleet.store.database.query(
            """
            INSERT INTO log_chunk (step_run_id, log_offset, data)
            SELECT s.id, i, '\\x41' FROM step_run s CROSS JOIN generate_series(0, 9) i
            """
        )
        _ = try await fleet.store.database.query("UPDATE step_run SET log_bytes = 10")
        _ = try await fleet.store.database.query(
            "UPDATE deployment SET finished_at = now() - interval '2 days' WHERE id = \(old.id)"
        )
        var rounds = 0
        while try await fleet.store.removeOld(Self.settings, pieces: 4) { rounds += 1 }
        #expect(rounds == 3)
        #expect(try await fleet.count("SELECT count(*) AS n FROM log_chunk") == 10)
        let error = await #expect(throws: StoreError.self) {
            try await fleet.store.stepLogs(of: old.id, machine: nil, step: nil, as: "test")
        }
        #expect(error?.description.contains("were removed at") == true)
        #expect(try await fleet.store.stepLogs(of: new.id, machine: nil, step: nil, as: "test").count == 1)
    }

    @Test("Only old packages go that no release uses and that are not the newest of their name")
    func packages() async throws {
        let fleet = try await Fleet()
        for version in ["1", "2", "3"] {
            _ = try await fleet.store.pushPackage(
                name: "site",
                version: version,
                body: OnePiece(bytes: Array("site \(version)".utf8)),
                by: "key:test"
            )
        }
        let used = try await fleet.texts("SELECT sha256 AS t FROM package WHERE version = '2'")[0]
        try await fleet.release(
            "1.0",
            process: #"[{"name":"install","package":{"name":"site","version":"2","sha256":"\#(used)"}}]"#
        )
        #expect(try await !fleet.store.removeOld(Self.settings), "none is old")
        _ = try await fleet.store.database.query("UPDATE package SET created_at = now() - interval '2 days'")
        while try await fleet.store.removeOld(Self.settings) {}
        #expect(try await fleet.texts("SELECT version AS t FROM package ORDER BY id") == ["2", "3"])
        #expect(
            try await fleet.count("SELECT count(*) AS n FROM event WHERE category = 'PackageDeleted'") == 1
        )
    }
}

/// A body in one piece.
private struct OnePiece: AsyncSequence, Sendable {
    let bytes: [UInt8]

    struct Iterator: AsyncIteratorProtocol {
        var bytes: [UInt8]?

        mutating func next() async -> [UInt8]? {
            defer { bytes = nil }
            return bytes
        }
    }

    func makeAsyncIterator() -> Iterator { Iterator(bytes: bytes) }
}
