import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

/// Stories C1 and C2 at the level of rows.
@Suite(.migratedSchema)
struct CleanupTests {
    private func explained(_ fleet: Fleet, _ name: String) async throws -> String? {
        let found = try await fleet.store.read { tx in try MachineRows.find(name, in: tx) }
        guard let machine = found?.machine else { return nil }
        return try await fleet.store.explain(machine, project: "shop", as: "test").projects.first?.verdict
    }

    @Test(
        "C1 a machine that stays unavailable expires after its policy's time, and is deleted like any other"
    )
    func twoStages() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        try await fleet.cleanupPolicy()
        try await fleet.silence(web, for: 599)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "there")
        try await fleet.silence(web, for: 601)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "expired")
        #expect(try await fleet.texts("SELECT verdict AS t FROM need") == ["machineExpired"])
        #expect(try await fleet.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL") == 0)
        #expect(try await explained(fleet, "web-1") == "machineExpired")
        try await fleet.expired(web, for: 3599)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "expired")
        try await fleet.expired(web, for: 3601)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "deleted")
        let told = try await fleet.texts(
            "SELECT category || ' by ' || actor AS t FROM event WHERE category IN ('MachineExpired', 'MachineDeleted') ORDER BY id"
        )
        #expect(told == ["MachineExpired by node:test-node", "MachineDeleted by policy:spot"])
    }

    @Test("C1 with no time to take it back, it is deleted at once")
    func atOnce() async throws {
        let fleet = try await Fleet()
        let web = try await fleet.machine("web-1")
        try await fleet.cleanupPolicy(purgeAfter: 0)
        try await fleet.silence(web, for: 601)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "deleted")
        #expect(try await fleet.events(.machineDeleted) == 1)
    }

    @Test("C1 nobody is cleaned up where no policy says so, and none that a person has disabled")
    func off() async throws {
        let fleet = try await Fleet()
        let plain = try await fleet.machine("plain")
        try await fleet.silence(plain, for: 1_000_000)
        try await fleet.listened(for: 2_000_000)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(plain) == "there")
        try await fleet.cleanupPolicy()
        _ = try await fleet.store.changeMachine("plain", MachineChange(enabled: false), by: "test")
        try await fleet.cleanUp()
        #expect(try await fleet.stage(plain) == "there")
    }

    @Test("C1 queued runs of a machine that its policy deletes end")
    func runsEnd() async throws {
        let fleet = try await Fleet()
        let web = try await fleet.machine("web-1")
        try await fleet.release("1.4")
        let rollout = try await fleet.deploy("1.4")
        try await fleet.cleanupPolicy(purgeAfter: 0)
        try await fleet.silence(web, for: 601)
        try await fleet.cleanUp()
        let runs = try await fleet.store.deploymentDetail(rollout.id, as: "test").runs
        #expect(runs.map(\.state) == [.skipped])
    }

    @Test("C1 an expired machine gets nothing: no rollout counts it, and naming it says what to do")
    func notDeployedTo() async throws {
        let fleet = try await Fleet()
        let web = try await fleet.machine("web-1")
        try await fleet.release("1.4")
        try await fleet.silence(web, for: 601)
        try await fleet.expired(web, for: 1)
        #expect(try await fleet.deploy("1.4").state == .succeeded)
        #expect(try await fleet.count("SELECT count(*) AS n FROM run") == 0)
        await #expect(throws: StoreError.self) { try await fleet.deploy("1.4", to: ["web-1"]) }
    }

    @Test("An expired machine is restored by hand, and its time counts anew")
    func restored() async throws {
        let fleet = try await Fleet()
        let web = try await fleet.machine("web-1")
        try await fleet.cleanupPolicy()
        try await fleet.silence(web, for: 601)
        try await fleet.cleanUp()
        let machine = try await fleet.store.unitOfWork(by: "key:ops") { tx, changes in
            try CleanupCommands.restore("web-1", by: "key:ops", in: tx, &changes)
        }
        #expect(machine.expiredAt == nil)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "there")
        #expect(try await fleet.events(.machineRestored) == 1)
        await #expect(throws: StoreError.self) {
            try await fleet.store.unitOfWork(by: "key:ops") { tx, changes in
                try CleanupCommands.restore("web-1", by: "key:ops", in: tx, &changes)
            }
        }
    }

    @Test("An expired machine whose agent comes back is restored by that, and deployed to again")
    func comesBack() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.4")
        _ = try await fleet.deploy("1.4")
        let web = try await fleet.machine("web-1", health: .unknown)
        try await fleet.cleanupPolicy()
        try await fleet.silence(web, for: 601)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "expired")
        try await fleet.scan()
        try await fleet.health(.healthy, of: web)
        try await fleet.scan()
        #expect(try await fleet.stage(web) == "there")
        #expect(try await fleet.events(.machineRestored) == 1)
        #expect(
            try await fleet.texts("SELECT verdict AS t FROM need WHERE closed_at IS NULL") == ["deploying"]
        )
    }

    @Test("C2 when much of a policy falls silent at once nobody goes; it is said once, and ends by itself")
    func held() async throws {
        let fleet = try await Fleet()
        var machines: [ID<Machine>] = []
        for number in 1...10 { machines.append(try await fleet.machine("web-\(number)")) }
        try await fleet.cleanupPolicy(purgeAfter: 0)
        let silent = Array(machines.prefix(5))
        try await fleet.silence(silent, for: 10_000)
        for _ in 1...3 { try await fleet.cleanUp() }
        #expect(try await fleet.events(.machineDeleted) == 0)
        #expect(try await fleet.events(.machineCleanupHeld) == 1)
        let holds: SQL = "SELECT concat_ws(' ', scope, machines, of) AS t FROM cleanup_hold"
        #expect(try await fleet.texts(holds) == ["policy 5 10"])
        for machine in silent.prefix(3) { try await fleet.health(.healthy, of: machine) }
        try await fleet.cleanUp()
        #expect(try await fleet.events(.machineDeleted) == 2)
        #expect(try await fleet.texts(holds) == [])
        #expect(try await fleet.events(.machineCleanupHeld) == 1)
    }

    @Test("C2 what a person allows goes, and what falls silent afterwards is guarded anew")
    func allowed() async throws {
        let fleet = try await Fleet()
        var machines: [ID<Machine>] = []
        for number in 1...10 { machines.append(try await fleet.machine("web-\(number)")) }
        try await fleet.cleanupPolicy(purgeAfter: 0)
        try await fleet.silence(Array(machines.prefix(4)), for: 10_000)
        try await fleet.cleanUp()
        let allowed = try await fleet.store.unitOfWork(by: "key:ops") { tx, changes in
            try CleanupCommands.allow(policy: "spot", in: tx, &changes)
        }
        #expect(allowed.machines == 4)
        try await fleet.cleanUp()
        #expect(try await fleet.events(.machineDeleted) == 4)
        #expect(try await fleet.events(.machineCleanupAllowed) == 1)
        await #expect(throws: StoreError.self, "nothing is held any more") {
            try await fleet.store.unitOfWork(by: "key:ops") { tx, changes in
                try CleanupCommands.allow(policy: "spot", in: tx, &changes)
            }
        }
    }

    @Test("C2 after an hour without nodes or database nobody goes, until silence has lasted anew")
    func outage() async throws {
        let fleet = try await Fleet()
        let web = try await fleet.machine("web-1")
        try await fleet.cleanupPolicy(purgeAfter: 0)
        // Unavailable for five minutes when the nodes went; they come back now, an hour later.
        try await fleet.silence(web, for: 3900)
        _ = try await fleet.store.database.query(
            "UPDATE presence_watch SET watched_since = now() - interval '1 day', watched_until = now() - interval '1 hour'"
        )
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "there", "a leader that looks before a node has said anything")
        try await fleet.store.unitOfWork(by: "node:a") { tx, _ in try PresenceRows.watch(in: tx) }
        #expect(try await fleet.count("SELECT count(*) AS n FROM presence_gap") == 1)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "there", "the outage does not count")
        _ = try await fleet.store.database.query(
            "UPDATE machine SET health_since = now() - interval '71 minutes'"
        )
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "there", "it has no time to be heard again yet")
        try await fleet.listened(for: 89)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "there")
        try await fleet.listened(for: 91)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(web) == "deleted", "its time without the outage is over")
    }

    @Test("A deletion that fails is told of, keeps none of the others, and is tried again later")
    func purgeFails() async throws {
        let fleet = try await Fleet()
        let bad = try await fleet.machine("bad")
        let good = try await fleet.machine("good")
        _ = try await fleet.store.database.query(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF OLD.name = 'bad' THEN RAISE 'not this one'; END IF; RETURN NEW; END $$
            """
        )
        _ = try await fleet.store.database.query(
            "CREATE TRIGGER refuse BEFORE UPDATE OF deleted_at ON machine FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
        try await fleet.cleanupPolicy(purgeAfter: 0)
        try await fleet.silence(bad, good, for: 601)
        try await fleet.cleanUp()
        #expect(try await fleet.stage(bad) == "expired")
        #expect(try await fleet.stage(good) == "deleted")
        let told = try await fleet.texts(
            "SELECT message AS t FROM event WHERE category = 'MachineCleanupFailed'"
        )
        #expect(told.count == 1 && told[0].contains("not this one"), "\(told)")
        try await fleet.cleanUp()
        #expect(try await fleet.events(.machineCleanupFailed) == 1, "not before its time")
        _ = try await fleet.store.database.query("DROP TRIGGER refuse ON machine")
        _ = try await fleet.store.database.query(
            "UPDATE machine SET purge_retry_at = now() - interval '1 second'"
        )
        try await fleet.cleanUp()
        #expect(try await fleet.stage(bad) == "deleted")
    }

    @Test("A preview says of each machine what would happen, when, and why not")
    func preview() async throws {
        let fleet = try await Fleet()
        var machines: [ID<Machine>] = []
        for number in 1...7 { machines.append(try await fleet.machine("web-\(number)")) }
        try await fleet.cleanupPolicy(deleteAfter: 36_000)
        try await fleet.silence(machines[0], for: 40_000)
        try await fleet.silence(machines[1], for: 10_000)
        try await fleet.silence(machines[2], for: 60_000)
        try await fleet.expired(machines[2], for: 3700)
        try await fleet.silence(machines[3], for: 70_000)
        _ = try await fleet.store.changeMachine("web-4", MachineChange(enabled: false), by: "test")
        let preview = { (hours: Int) in
            try await fleet.store.read { tx in
                try CleanupPreviewRows.preview(
                    policy: "spot",
                    hours: hours,
                    silenceSeconds: 90,
                    seen: .everything,
                    in: tx
                )
            }
        }
        let long = try await preview(24)
        #expect(
            long.unavailable.map { "\($0.machine) \($0.plan)" } == [
                "web-3 purge", "web-1 expire", "web-2 wait", "web-4 disabled",
            ]
        )
        #expect(long.machines == 7 && long.hold == nil && !long.truncated)
        #expect(try await preview(1).unavailable.map(\.machine) == ["web-3", "web-1", "web-4"])
        _ = try await fleet.store.database.query("UPDATE machine_policy SET delete_unavailable = false")
        let off = try await preview(24)
        #expect(!off.deleteUnavailable && off.unavailable == long.unavailable, "as if it cleaned up")
    }

    @Test(
        "C4 a goodbye takes an ephemeral machine out of the fleet at once, and any other only offline",
        arguments: [true, false]
    )
    func goodbye(isEphemeral: Bool) async throws {
        let fleet = try await Fleet()
        let web = try await fleet.machine("web-1")
        _ = try await fleet.store.database.query("UPDATE machine SET ephemeral = \(isEphemeral)")
        try await fleet.store.goodbye(AgentIdentity(machineID: web, name: "web-1", epoch: 1))
        #expect(try await fleet.stage(web) == (isEphemeral ? "deleted" : "there"))
        #expect(try await fleet.events(.machineUnavailable) == 1)
        #expect(try await fleet.events(.machineDeleted) == (isEphemeral ? 1 : 0))
    }
}
