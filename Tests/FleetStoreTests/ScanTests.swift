import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct ScanTests {
    @Test("a scan of many pages reads every event once and leaves the mark at its end")
    func pages() async throws {
        let fleet = try await Fleet()
        _ = try await fleet.store.database.query(
            """
            INSERT INTO event (category, actor, node, message)
            SELECT 'ReleaseCreated', 'test', 'test', 'event ' || i FROM generate_series(1, 1000) i
            """
        )
        let outcomes = try await fleet.scan(limits: ScanLimits(events: 150, needs: 10))
        #expect(outcomes.map(\.events).reduce(0, +) == 1000)
        #expect(outcomes.count == 7)
        #expect(try await fleet.count("SELECT events_read AS n FROM scan_mark") == 1000)
        #expect(try await fleet.count("SELECT events_waiting AS n FROM scan_status") == 0)
    }

    @Test(
        "a scan reads past what nothing asks for, counts it, and sees an event of a machine with an open need"
    )
    func interest() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        let waiting = try await fleet.machine("waiting")
        let other = try await fleet.machine("other")
        try await fleet.scan()
        // One need is left, decided about, and not due.
        _ = try await fleet.store.database.query("DELETE FROM need WHERE machine_id = \(other)")
        _ = try await fleet.store.database.query("UPDATE need SET due_at = NULL")
        let read = try await fleet.count("SELECT events_read AS n FROM scan_mark")
        for machine in [other, waiting, other] {
            _ = try await fleet.store.database.query(
                """
                INSERT INTO event (category, machine_id, actor, node, message)
                VALUES ('MachineUnavailable', \(machine), 'test', 'test', 'it is away')
                """
            )
        }
        let outcomes = try await fleet.scan(limits: ScanLimits(events: 2, needs: 10))
        #expect(outcomes.map(\.events).reduce(0, +) == 3)
        #expect(outcomes.map(\.needsLookedAt).reduce(0, +) == 1)
        #expect(try await fleet.count("SELECT events_read AS n FROM scan_mark") == read + 3)
        #expect(try await fleet.count("SELECT events_waiting AS n FROM scan_status") == 0)
    }

    @Test("a page brings every kind of event that a scan reacts to without a trigger, and no other kind")
    func reactions() async throws {
        let fleet = try await Fleet()
        _ = try await fleet.store.database.query(
            """
            INSERT INTO event (category, actor, node, message)
            SELECT category, 'test', 'test', category FROM unnest(\(EventCategory.allCases.map(\.rawValue))::text[]) category
            """
        )
        _ = try await fleet.store.database.query(MarkRows.tick(fleet.fence))
        let (events, count) = try await fleet.store.read { tx in
            guard let mark = try MarkRows.lock(in: tx) else { return ([String](), 0) }
            let page = try MarkRows.page(mark, limit: 2000, interest: ScanInterest(triggers: []), in: tx)
            return (page.events.map(\.category), page.count)
        }
        #expect(count == EventCategory.allCases.count)
        #expect(Set(events) == Set(ScanReaction.allCases.flatMap(\.categories).map(\.rawValue)))
    }

    /// Whoever deploys holds the place until his commit, which a node that is frozen does not come to.
    @Test("a scan does not wait for whoever deploys somewhere: it decides elsewhere, and there soon after")
    func heldPlace() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        let (held, free) = (try await fleet.machine("held"), try await fleet.machine("free"))
        _ = try await fleet.store.database.query(
            """
            WITH elsewhere AS (INSERT INTO environment (name) VALUES ('staging') RETURNING id)
            UPDATE machine SET environment_id = elsewhere.id FROM elsewhere WHERE machine.id = \(free)
            """
        )
        let holder = try await fleet.holdPlace()
        let outcome = try #require(try await fleet.scan().last)
        #expect(try await fleet.verdict(free) == "nothingDeployedYet")
        #expect(try await fleet.verdict(held) == "new")
        #expect(try #require(outcome.secondsUntilDue) < 1)
        _ = try await holder.query("COMMIT")
        await holder.close()
        try await eventually("the other one is decided about") {
            try await fleet.scan()
            return try await fleet.verdict(held) == "nothingDeployedYet"
        }
    }

    @Test("a scan that finds nothing but places that are held ends, however much is due there")
    func nothingButHeld() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        for number in 1...3 { _ = try await fleet.machine("web-\(number)") }
        let holder = try await fleet.holdPlace()
        let outcomes = try await fleet.scan(limits: ScanLimits(events: 2000, needs: 1))
        #expect(outcomes.map(\.needsLookedAt) == [0])
        #expect(try await fleet.count("SELECT count(*) AS n FROM need WHERE due_at <> opened_at") == 1)
        _ = try await holder.query("COMMIT")
        await holder.close()
    }

    @Test("a deposed leader commits nothing")
    func fencing() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        _ = try await fleet.machine("web-1")
        _ = try await fleet.store.database.query("UPDATE lease SET term = 2")
        await #expect(throws: LeaseLost.self) { try await fleet.scan() }
        #expect(try await fleet.count("SELECT count(*) AS n FROM need") == 0)
        #expect(try await fleet.count("SELECT events_read AS n FROM scan_mark") == 0)
    }

    @Test("the same page carried out again decides nothing twice")
    func replayIsHarmless() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        _ = try await fleet.machine("web-1")
        _ = try await fleet.store.database.query("CREATE TABLE mark_before AS SELECT * FROM scan_mark")
        try await fleet.scan()
        let decisions = try await fleet.count("SELECT count(*) AS n FROM decision")
        _ = try await fleet.store.database.query(
            "UPDATE scan_mark m SET done = b.done FROM mark_before b WHERE b.name = m.name"
        )
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM decision") == decisions)
        #expect(try await fleet.count("SELECT count(*) AS n FROM need") == 1)
    }

    @Test("events that a scan writes are read by the next one")
    func ownEvents() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.0")
        _ = try await fleet.deploy("1.0")
        _ = try await fleet.machine("web-1")
        try await fleet.scan()
        let written = try await fleet.count("SELECT count(*) AS n FROM event")
        #expect(try await fleet.count("SELECT events_read AS n FROM scan_mark") < written)
        try await fleet.scan()
        #expect(try await fleet.count("SELECT events_read AS n FROM scan_mark") == written)
    }

    @Test("event rows cannot be changed or deleted, not even by their owner")
    func appendOnly() async throws {
        let fleet = try await Fleet()
        _ = try await fleet.machine("web-1")
        for sql: SQL in ["UPDATE event SET message = 'x'", "DELETE FROM event", "TRUNCATE event"] {
            let error = await #expect(throws: PostgresError.self) {
                try await fleet.store.database.query(sql)
            }
            #expect(error?.sqlState == "42501")
        }
    }

    @Test("D6 after a restore into another cluster nothing is skipped and nothing is repeated")
    func restore() async throws {
        let fleet = try await Fleet()
        _ = try await fleet.machine("read-before")
        try await fleet.scan()
        let read = try await fleet.count("SELECT events_read AS n FROM scan_mark")
        _ = try await fleet.machine("unread")
        let unread = try await fleet.count("SELECT count(*) AS n FROM event") - read
        // As a dump restored into a younger cluster has it: the mark and the events are from far ahead.
        _ = try await fleet.store.database.query(
            """
            UPDATE scan_mark SET system_identifier = 1,
                done = ((pg_snapshot_xmax(done)::text::bigint + 1000000)::text || ':'
                        || (pg_snapshot_xmax(done)::text::bigint + 1000000)::text || ':')::pg_snapshot
            """
        )
        try await fleet.store.read { tx in
            try tx.run("SELECT set_config('tidemark.rebase', 'on', true)")
            try tx.run(
                """
                UPDATE event SET xid = (CASE WHEN id <= (SELECT max(id) FROM event) - \(unread) THEN 1000000 ELSE 2000000 END
                                        + xid::text::bigint)::text::xid8
                """
            )
        }
        let rebased = try await fleet.store.unitOfWork(by: "test") { tx, changes in
            try MarkRows.rebaseAfterRestore(in: tx, &changes)
        }
        #expect(rebased)
        let events = try await fleet.scan().map(\.events).reduce(0, +)
        #expect(events == unread + 1, "the unread events and the one that tells of the re-basing")
        let again = try await fleet.store.unitOfWork(by: "test") { tx, changes in
            try MarkRows.rebaseAfterRestore(in: tx, &changes)
        }
        #expect(!again)
    }
}
