import Cluster
import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct PresenceTests {
    private var store: Store {
        get throws { Store(database: try TestDatabase.current.database, node: "a") }
    }

    /// A machine whose agent was last heard `silence` ago, and nodes that were there to hear from `since` until
    /// `until` ago.
    private func machine(silence: String, watchedSince since: String, until: String) async throws {
        let database = try TestDatabase.current.database
        _ = try await database.query("INSERT INTO environment (name) VALUES ('production')")
        _ = try await database.query(
            """
            INSERT INTO machine (name, environment_id, roles, health, health_since, created_at, public_key)
            SELECT 'web-1', id, '{web}', 'Healthy', now() - interval '1 day', now() - interval '1 day',
                   decode(repeat('00', 32), 'hex') FROM environment
            """
        )
        _ = try await database.query(
            "INSERT INTO machine_presence SELECT id, now() - \(silence)::interval, 'a' FROM machine"
        )
        try await watched(since: since, until: until)
    }

    private func watched(since: String, until: String) async throws {
        _ = try await TestDatabase.current.database.query(
            """
            UPDATE presence_watch
            SET watched_since = now() - \(since)::interval, watched_until = now() - \(until)::interval
            """
        )
    }

    private func healthAfterSweep() async throws -> MachineHealth {
        _ = try await store.unitOfWork(by: "node:a") { tx, changes in
            try Sweep(silenceSeconds: 90).run(in: tx, &changes)
        }
        return try await TestDatabase.current.database.query("SELECT health FROM machine")[0]["health"]
    }

    private func watch() async throws {
        try await store.unitOfWork(by: "node:a") { tx, _ in try PresenceRows.watch(in: tx) }
    }

    @Test("a machine whose agent is silent while nodes are there to hear it becomes unavailable")
    func silentMachine() async throws {
        try await machine(silence: "91 seconds", watchedSince: "1 hour", until: "1 second")
        #expect(try await healthAfterSweep() == .unavailable)
    }

    @Test("C2 after an outage of all nodes nobody is unavailable, until silence has lasted anew")
    func outage() async throws {
        try await machine(silence: "1 hour", watchedSince: "1 day", until: "59 minutes")
        #expect(
            try await healthAfterSweep() == .healthy,
            "a leader that looks before its node has said anything"
        )
        try await watch()
        #expect(try await healthAfterSweep() == .healthy, "nodes are back, agents are not yet")
        try await watched(since: "89 seconds", until: "0 seconds")
        try await watch()
        #expect(try await healthAfterSweep() == .healthy)
        try await watched(since: "91 seconds", until: "0 seconds")
        try await watch()
        #expect(try await healthAfterSweep() == .unavailable, "it had its time to come back")
    }

    @Test("a pause of one node is no outage while another one hears")
    func anotherNodeHears() async throws {
        try await machine(silence: "91 seconds", watchedSince: "1 hour", until: "14 seconds")
        try await watch()
        #expect(try await healthAfterSweep() == .unavailable)
    }

    @Test("a policy says for how long its machines may be silent")
    func policySays() async throws {
        try await machine(silence: "31 seconds", watchedSince: "1 hour", until: "1 second")
        #expect(try await healthAfterSweep() == .healthy)
        _ = try await TestDatabase.current.database.query(
            "UPDATE machine_policy SET unavailable_after_seconds = 30 WHERE name = 'default'"
        )
        #expect(try await healthAfterSweep() == .unavailable)
    }

    @Test("C2 a policy's time too counts from the end of an outage")
    func policyAfterOutage() async throws {
        try await machine(silence: "1 hour", watchedSince: "1 day", until: "59 minutes")
        _ = try await TestDatabase.current.database.query(
            "UPDATE machine_policy SET unavailable_after_seconds = 30 WHERE name = 'default'"
        )
        try await watch()
        #expect(try await healthAfterSweep() == .healthy)
        let gaps: Int = try await TestDatabase.current.database.query(
            "SELECT count(*) AS n FROM presence_gap"
        )[0]["n"]
        #expect(gaps == 1)
        try await watched(since: "31 seconds", until: "0 seconds")
        #expect(try await healthAfterSweep() == .unavailable)
    }

    @Test("an agent that is heard again in its open session is available again; one that said goodbye is not")
    func heardAgain() async throws {
        let database = try TestDatabase.current.database
        try await machine(silence: "91 seconds", watchedSince: "1 hour", until: "1 second")
        #expect(try await healthAfterSweep() == .unavailable)
        let id: ID<Machine> = try await database.query("SELECT id FROM machine")[0]["id"]
        _ = try await store.unitOfWork(by: "node:a") { tx, _ in
            try PresenceRows.heard([id], by: "a", in: tx)
        }
        #expect(try await healthAfterSweep() == .unavailable, "without a session")
        _ = try await database.query(
            """
            INSERT INTO agent_session (machine_id, token_hash, boot_id, remote, expires_at)
            VALUES (\(id), decode(repeat('00', 32), 'hex'), 'boot', '', now() + interval '1 hour')
            """
        )
        #expect(try await healthAfterSweep() == .healthy)
    }
}
