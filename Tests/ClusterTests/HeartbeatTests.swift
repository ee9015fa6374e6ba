import Cluster
import FleetModel
import FleetStore
import Postgres
import ServiceLifecycle
import TestSupport
import Testing

@Suite(.migratedSchema)
struct HeartbeatTests {
    private func query(_ sql: SQL) async throws -> Rows {
        try await TestDatabase.current.database.query(sql)
    }

    /// A role that can be locked out stands for the database that goes and comes: connections to it are ended and
    /// refused, for this node alone.
    @Test("a node whose database goes says so and is not ready, and is ready again when it is back")
    func databaseGoesAndComes() async throws {
        let role = try TestDatabase.current.name
        _ = try await query("CREATE ROLE \(identifier: role) LOGIN SUPERUSER")
        var configuration = try TestDatabase.current.configuration
        configuration[parameter: "user"] = role
        let database = Database(configuration, maxConnections: 1, logger: .quiet)
        let status = NodeStatus()
        status.enter(.ready)
        let heartbeat = Heartbeat(
            store: Store(database: database, node: "a"),
            identity: NodeRows.Identity(version: "1", address: "127.0.0.1:1", pid: 1),
            presence: PresenceBatch(),
            status: status,
            work: WorkSignals(),
            cluster: ClusterSignals(),
            logger: .quiet
        )
        let group = ServiceGroup(services: [heartbeat], logger: .quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("ready") { status.snapshot.isReady }
            _ = try await query("ALTER ROLE \(identifier: role) NOLOGIN")
            _ = try await query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = \(role)"
            )
            try await eventually("not ready") { !status.snapshot.isReady }
            #expect(status.snapshot.databaseProblem?.contains("not permitted to log in") == true)
            _ = try await query("ALTER ROLE \(identifier: role) LOGIN")
            try await eventually("ready again") { status.snapshot.isReady }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await database.close()
        _ = try await query("DROP ROLE \(identifier: role)")
        let state: String = try await query("SELECT state FROM node WHERE name = 'a'")[0]["state"]
        #expect(state == "stopped")
        let told: Int = try await query(
            "SELECT count(*) AS n FROM event WHERE category IN ('NodeStarted', 'NodeStopped')"
        )[0]["n"]
        #expect(told == 2)
    }

    /// Another session holds the rows that a node writes in every heartbeat, as one does whose process is frozen.
    @Test(
        "a node that freezes in the middle of its heartbeat holds up nobody else, and what others heard is not lost"
    )
    func frozenInTheMiddle() async throws {
        let machine: ID<Machine> = try await query(
            """
            WITH e AS (INSERT INTO environment (name) VALUES ('production') RETURNING id),
                 m AS (INSERT INTO machine (name, environment_id, roles, public_key)
                       SELECT 'web-1', id, '{web}', decode(repeat('00', 32), 'hex') FROM e RETURNING id)
            SELECT id FROM m
            """
        )[0]["id"]
        let node = try TestDatabase.current.database
        _ = try await node.transaction { tx in try PresenceRows.heard([machine], by: "frozen", in: tx) }
        let frozen = try await Connection.open(TestDatabase.current.configuration, logger: .quiet)
        _ = try await frozen.query("BEGIN")
        _ = try await frozen.query("SELECT 1 FROM machine_presence, presence_watch FOR UPDATE")
        let presence = PresenceBatch()
        presence.heard(machine)
        let status = NodeStatus()
        status.enter(.ready)
        let heartbeat = Heartbeat(
            store: Store(database: node, node: "b"),
            identity: NodeRows.Identity(version: "1", address: "127.0.0.1:1", pid: 1),
            presence: presence,
            status: status,
            work: WorkSignals(),
            cluster: ClusterSignals(),
            logger: .quiet
        )
        let group = ServiceGroup(services: [heartbeat], logger: .quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("the other node writes its row", within: .seconds(5)) {
                try await !query("SELECT 1 FROM node WHERE name = 'b' AND state = 'ready'").isEmpty
            }
            _ = try await frozen.query("ROLLBACK")
            try await eventually("what it heard is written", within: .seconds(5)) {
                try await !query("SELECT 1 FROM machine_presence WHERE node = 'b'").isEmpty
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await frozen.close()
    }

    @Test(
        "A node that is drained hears of it at once, says so in its row, and wakes who waits; taken back it is ready"
    )
    func drained() async throws {
        let database = try TestDatabase.current.database
        let (status, work, cluster) = (NodeStatus(), WorkSignals(), ClusterSignals())
        status.enter(.ready)
        let store = Store(database: database, node: "a") { hint in
            if hint.nodes { cluster.fire([.drains]) }
        }
        let heartbeat = Heartbeat(
            store: store,
            identity: NodeRows.Identity(version: "1", address: "127.0.0.1:1", pid: 1),
            presence: PresenceBatch(),
            status: status,
            work: work,
            cluster: cluster,
            logger: .quiet
        )
        _ = try await query(
            "INSERT INTO node (name, version, address, pid, state) VALUES ('b', '1', '127.0.0.1:2', 2, 'ready')"
        )
        let group = ServiceGroup(services: [heartbeat], logger: .quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await eventually("ready") {
                try await !query("SELECT 1 FROM node WHERE name = 'a' AND state = 'ready'").isEmpty
            }
            let poll = work.subscribe(ID(1))
            let lease = cluster.subscribe(.leaseFree)
            _ = try await store.unitOfWork(by: "person:ada") { tx, changes in
                try NodeCommands.setDrained(true, "a", in: tx, &changes)
            }
            #expect(await poll.wait(upTo: .seconds(10)), "polls end")
            #expect(status.snapshot.drainedBy == "person:ada" && !status.snapshot.isReady)
            #expect(status.isDraining && status.isDrained)
            try await eventually("its row says so") {
                try await !query("SELECT 1 FROM node WHERE name = 'a' AND state = 'drained'").isEmpty
            }
            #expect(await lease.wait(upTo: .seconds(10)))
            _ = try await store.unitOfWork(by: "person:ada") { tx, changes in
                try NodeCommands.setDrained(false, "a", in: tx, &changes)
            }
            #expect(await lease.wait(upTo: .seconds(10)), "it contends again")
            #expect(status.snapshot.isReady && !status.isDraining)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
