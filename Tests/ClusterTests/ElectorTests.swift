import Cluster
import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct ElectorTests {
    private func query(_ sql: SQL) async throws -> Rows {
        try await TestDatabase.current.database.query(sql)
    }

    private func count(_ sql: SQL) async throws -> Int { try await query(sql)[0]["n"] }

    @Test("of several nodes one leads, and it reads what the others write")
    func oneLeads() async throws {
        let nodes = try ["a", "b", "c"].map { try TestNode($0) }
        try await TestNode.run(nodes) {
            try await Tenures.waitForScan(ofTenure: 1)
            for node in nodes {
                try await node.store.unitOfWork(by: "test") { _, changes in
                    changes.post(.releaseCreated(EventSubject(), project: "shop", version: node.name))
                }
            }
            try await eventually("all events are read") {
                try await count("SELECT events_waiting AS n FROM scan_status") == 0
            }
            #expect(nodes.count(where: \.leads) == 1)
            #expect(try await Tenures.all().count == 1)
        }
    }

    @Test(
        "a leader whose lease session was killed is followed by another tenure, in a higher term, which goes on"
    )
    func killedSession() async throws {
        let nodes = try ["a", "b"].map { try TestNode($0) }
        try await TestNode.run(nodes) {
            for round in 1...3 {
                try await Tenures.waitForScan(ofTenure: round)
                let ended = try await query("SELECT pg_terminate_backend(pid) AS ended FROM lease")
                let hasEnded: Bool = try ended[0]["ended"]
                #expect(hasEnded)
                try await nodes[0].store.unitOfWork(by: "test") { _, changes in
                    changes.post(.releaseCreated(EventSubject(), project: "shop", version: "\(round)"))
                }
            }
            try await Tenures.waitForScan(ofTenure: 4)
            try await eventually("all events are read") {
                try await count("SELECT events_waiting AS n FROM scan_status") == 0
            }
        }
        let tenures = try await Tenures.all()
        #expect(tenures.map(\.term) == [1, 2, 3, 4])
        #expect(tenures.dropLast().map(\.endReason) == ["superseded", "superseded", "superseded"])
    }

    @Test(
        "A leader that is drained resigns, another one leads, and it does not contend until it is taken back"
    )
    func drained() async throws {
        let nodes = try ["a", "b"].map { try TestNode($0) }
        try await TestNode.run(nodes) {
            try await Tenures.waitForScan(ofTenure: 1)
            let (first, second) = nodes[0].leads ? (nodes[0], nodes[1]) : (nodes[1], nodes[0])
            first.drained(by: "person:ada")
            try await Tenures.waitForScan(ofTenure: 2)
            #expect(second.leads && !first.leads)
            second.drained(by: "person:ada")
            try await eventually("nobody leads") { !second.leads }
            first.drained(by: nil)
            try await Tenures.waitForScan(ofTenure: 3)
            #expect(first.leads && !second.leads)
        }
        let tenures = try await Tenures.all()
        #expect(tenures.map(\.endReason) == ["resigned", "resigned", "resigned"])
    }

    /// A sequence is not rolled back, so the deadlock happens as often as the test says, whoever is told of it.
    @Test("a leader whose transaction loses against another one does it again, and leads on")
    func deadlock() async throws {
        let nodes = try ["a", "b"].map { try TestNode($0) }
        try await TestNode.run(nodes) {
            try await Tenures.waitForScan(ofTenure: 1)
            _ = try await query("CREATE SEQUENCE lost")
            _ = try await query(
                """
                CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('lost') <= 2 THEN RAISE EXCEPTION USING ERRCODE = 'deadlock_detected'; END IF;
                    RETURN NEW;
                END $$
                """
            )
            _ = try await query(
                """
                CREATE TRIGGER lose BEFORE UPDATE ON scan_mark FOR EACH ROW
                WHEN (OLD.batch IS NOT NULL) EXECUTE FUNCTION lose()
                """
            )
            try await nodes[0].store.unitOfWork(by: "test") { _, changes in
                changes.post(.releaseCreated(EventSubject(), project: "shop", version: "1"))
            }
            try await eventually("all events are read") {
                try await count("SELECT events_waiting AS n FROM scan_status") == 0
            }
            #expect(try await count("SELECT last_value AS n FROM lost") > 2, "it did lose twice")
        }
        #expect(try await Tenures.all().map(\.term) == [1])
    }

    /// As by a node that is frozen in the middle of a transaction, until the server ends its session.
    @Test("a leader that is held up by somebody's transaction tries again, and leads on")
    func heldUp() async throws {
        let settings = LeaseSettings(ttlMilliseconds: 1000)
        let nodes = try ["a", "b"].map { try TestNode($0, settings: settings) }
        let holder = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        try await TestNode.run(nodes) {
            try await Tenures.waitForScan(ofTenure: 1)
            _ = try await holder.query("BEGIN")
            _ = try await holder.query("SELECT FROM scan_mark FOR UPDATE")
            try await nodes[0].store.unitOfWork(by: "test") { _, changes in
                changes.post(.releaseCreated(EventSubject(), project: "shop", version: "1"))
            }
            try await eventually("the leader was held up three times") {
                nodes.map(\.metrics.values.heldUp).reduce(0, +) >= 3
            }
            _ = try await holder.query("COMMIT")
            try await eventually("all events are read") {
                try await count("SELECT events_waiting AS n FROM scan_status") == 0
            }
        }
        await holder.close()
        #expect(try await Tenures.all().map(\.term) == [1])
    }

    @Test("a leader scans on while somebody's transaction holds a deployment, and moves it on afterwards")
    func heldDeployment() async throws {
        let settings = LeaseSettings(ttlMilliseconds: 2000, scanInterval: .milliseconds(200))
        for made: SQL in [
            "INSERT INTO environment (name) VALUES ('production')",
            #"INSERT INTO project (name, process) VALUES ('shop', '[{"name":"x","script":"true"}]')"#,
            """
            INSERT INTO release (project_id, version, process, variables, created_by)
            SELECT id, '1.4', process, '{}', 'test' FROM project
            """,
            """
            INSERT INTO deployment (project_id, release_id, environment_id, kind, requested_by)
            SELECT r.project_id, r.id, e.id, 'selected', 'test' FROM release r, environment e
            """,
        ] { _ = try await query(made) }
        let holder = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        _ = try await holder.query("SET idle_in_transaction_session_timeout = 0")
        _ = try await holder.query("BEGIN")
        _ = try await holder.query("SELECT FROM deployment FOR UPDATE")
        let node = try TestNode("a", settings: settings)
        try await TestNode.run([node]) {
            // Longer than the lease session may be silent, and more than one sweep.
            try await eventually("it scanned for some seconds", within: .seconds(60)) {
                node.metrics.values.scans >= 20
            }
            #expect(try await count("SELECT count(*) AS n FROM deployment WHERE state = 'running'") == 1)
            _ = try await holder.query("COMMIT")
            try await eventually("the deployment has ended") {
                try await count("SELECT count(*) AS n FROM deployment WHERE state <> 'running'") == 1
            }
        }
        await holder.close()
        #expect(try await Tenures.all().map(\.term) == [1])
    }

    @Test("a leader that dies without a word is followed by the other node")
    func deadLeader() async throws {
        let (first, second) = (try TestNode("first"), try TestNode("second"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            let death = StopRequest()
            group.addTask {
                try await withThrowingTaskGroup(of: Void.self) { life in
                    life.addTask { try await first.run() }
                    life.addTask { try await eventually("death", within: .seconds(30)) { death.isRequested } }
                    try await life.next()
                    life.cancelAll()
                }
            }
            try await Tenures.waitForScan(ofTenure: 1)
            try await TestNode.run([second]) {
                death.request()
                try await Tenures.waitForScan(ofTenure: 2)
            }
            try await group.waitForAll()
        }
        let tenures = try await Tenures.all()
        #expect(tenures.map(\.node) == ["first", "second"])
        #expect(tenures.map(\.endReason) == ["superseded", "resigned"])
    }

    @Test("a node that is shut down resigns, and the next one takes over because it was told")
    func resignation() async throws {
        let (first, second) = (try TestNode("first"), try TestNode("second"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.run() }
            try await Tenures.waitForScan(ofTenure: 1)
            try await TestNode.run([second]) {
                await first.stop()
                try await group.waitForAll()
                try await Tenures.waitForScan(ofTenure: 2)
                #expect(!first.leads && second.leads)
            }
        }
        let tenures = try await Tenures.all()
        #expect(tenures.map(\.node) == ["first", "second"])
        #expect(tenures.map(\.endReason) == ["resigned", "resigned"])
        #expect(try await count("SELECT count(*) AS n FROM event WHERE category = 'LeaseResigned'") == 2)
    }

    @Test("a holder of the lock that gives no sign of life is ended by a challenger, who leads")
    func silentHolder() async throws {
        let current = try TestDatabase.current
        let silent = try await Connection.open(current.configuration, logger: .quiet)
        let won: Bool = try await silent.query(LeaseRows.attempt())[0]["won"]
        #expect(won)
        try await silent.transaction { tx in
            var changes = Changes(actor: "node:silent", node: "silent")
            _ = try LeaseRows.begin(node: "silent", in: tx, &changes)
            try tx.run("UPDATE lease SET renewed_at = clock_timestamp() - interval '1 minute'")
        }
        let node = try TestNode("challenger")
        try await TestNode.run([node]) { try await Tenures.waitForScan(ofTenure: 2) }
        await #expect(throws: PostgresError.self) { try await silent.query("SELECT 1") }
        await silent.close()
        let tenures = try await Tenures.all()
        #expect(tenures.map(\.endReason) == ["terminated", "resigned"])
        #expect(
            try await count("SELECT count(*) AS n FROM event WHERE category = 'LeaseHolderTerminated'") == 1
        )
    }

    @Test("D2 a leader that was deposed finds its fence refused, and leaves nothing behind")
    func deposedLeader() async throws {
        let database = try TestDatabase.current.database
        func begin(_ node: String) async throws -> Fence {
            try await database.transaction { tx in
                var changes = Changes(actor: "node:\(node)", node: node)
                return try LeaseRows.begin(node: node, in: tx, &changes)
            }
        }
        let old = try await begin("old")
        let new = try await begin("new")
        #expect(new.term > old.term)
        try await Store(database: database, node: "writer").unitOfWork(by: "test") { _, changes in
            changes.post(.releaseCreated(EventSubject(), project: "shop", version: "1"))
        }
        _ = try await database.query(MarkRows.tick(old))
        #expect(try await count("SELECT count(*) AS n FROM scan_mark WHERE batch IS NOT NULL") == 0)
        _ = try await database.query(MarkRows.tick(new))
        await #expect(throws: LeaseLost.self) {
            try await database.transaction { tx in
                var changes = Changes(actor: "node:old", node: "old")
                _ = try Scan(fence: old, node: "old").page(in: tx, &changes)
            }
        }
        #expect(try await count("SELECT events_read AS n FROM scan_mark") == 0)
        #expect(
            try await count("SELECT count(*) AS n FROM lease_history WHERE first_scan_at IS NOT NULL") == 0
        )
    }

    @Test("a leader whose session dies in the middle of a page leaves nothing behind")
    func sessionDiesInPage() async throws {
        let current = try TestDatabase.current
        let connection = try await Connection.open(current.configuration, logger: .quiet)
        let fence = try await connection.transaction { tx in
            var changes = Changes(actor: "node:a", node: "a")
            let fence = try LeaseRows.begin(node: "a", in: tx, &changes)
            _ = try changes.write(in: tx)
            return fence
        }
        _ = try await connection.query(MarkRows.tick(fence))
        await #expect(throws: PostgresError.self) {
            try await connection.transaction { tx in
                var changes = Changes(actor: "node:a", node: "a")
                let outcome = try Scan(fence: fence, node: "a").page(in: tx, &changes)
                #expect(outcome.events == 1)
                try tx.run("SELECT pg_terminate_backend(pg_backend_pid())")
            }
        }
        #expect(try await count("SELECT events_read AS n FROM scan_mark") == 0)
        await connection.close()
    }

    @Test("D8 a node does not lead on a schema that is newer than it knows")
    func newerSchema() async throws {
        let old = try TestNode("old", schemaVersion: Schema.migrator().version - 1)
        let new = try TestNode("new")
        try await TestNode.run([old]) {
            try await TestNode.run([new]) { try await Tenures.waitForScan(ofTenure: 1) }
        }
        #expect(try await Tenures.all().map(\.node) == ["new"])
    }
}
