import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// The first machine of a batch goes ahead.
@Suite(.migratedSchema)
struct CanaryTests {
    private func arrivals(_ count: Int) async throws -> (Fleet, [ID<Machine>]) {
        let fleet = try await Fleet()
        let trigger = try await fleet.trigger()
        _ = try await fleet.store.database.query(
            "UPDATE project_trigger SET batch_canary = 1 WHERE id = \(trigger)"
        )
        try await fleet.release("1.4")
        _ = try await fleet.deploy("1.4")
        var machines: [ID<Machine>] = []
        for number in 1...count { machines.append(try await fleet.machine("web-\(number)")) }
        try await fleet.scan()
        return (fleet, machines)
    }

    private func runs(_ fleet: Fleet) async throws -> [String] {
        try await fleet.texts(
            """
            SELECT m.name || ' ' || r.state AS t FROM run r JOIN machine m ON m.id = r.machine_id ORDER BY r.id
            """
        )
    }

    private func held(_ fleet: Fleet) async throws -> Int {
        try await fleet.count(
            "SELECT count(*) AS n FROM need WHERE closed_at IS NULL AND verdict = 'waitingForCanary'"
        )
    }

    @Test("the first machine of a batch succeeds, and the rest is deployed to at once, without polling")
    func succeeds() async throws {
        let (fleet, machines) = try await arrivals(4)
        #expect(try await runs(fleet) == ["web-1 running"])
        #expect(try await held(fleet) == 3)
        #expect(try await fleet.count("SELECT count(due_at) AS n FROM need WHERE closed_at IS NULL") == 0)
        let late = try await fleet.machine("web-5")
        try await fleet.scan()
        #expect(try await runs(fleet) == ["web-1 running"], "one that arrives meanwhile waits, too")
        try await fleet.agent(machines[0], "web-1").work()
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM run WHERE state = 'running'") == 4)
        for (index, machine) in (machines.dropFirst() + [late]).enumerated() {
            try await fleet.agent(machine, "web-\(index + 2)").work()
        }
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL") == 0)
        _ = try await fleet.machine("web-6")
        _ = try await fleet.machine("web-7")
        try await fleet.scan()
        #expect(try await held(fleet) == 1, "the next batch has a first machine of its own")
    }

    @Test(
        "the first machine fails: another one is tried when a retry would be, and what it shows holds for the rest"
    )
    func fails() async throws {
        let (fleet, machines) = try await arrivals(3)
        try await fleet.agent(machines[0], "web-1").work(.failed)
        for _ in 1...2 { try await fleet.scan() }
        #expect(try await runs(fleet) == ["web-1 failed"])
        #expect(try await held(fleet) == 2)
        let until = try await fleet.count(
            "SELECT count(*) AS n FROM need WHERE verdict = 'waitingForCanary' AND due_at > now() + interval '20 seconds'"
        )
        #expect(until == 2)
        let reason = try await fleet.texts("SELECT reason AS t FROM need WHERE verdict = 'waitingForCanary'")
            .first
        #expect(
            reason?.hasPrefix("the release failed on 1 machine that went first; the next one is tried at ")
                == true
        )
        let past: SQL =
            "UPDATE run SET finished_at = finished_at - interval '35 seconds' WHERE finished_at IS NOT NULL"
        _ = try await fleet.store.database.query(
            "UPDATE need SET opened_at = opened_at - interval '1 minute'"
        )
        _ = try await fleet.store.database.query(past)
        _ = try await fleet.store.database.query("UPDATE need SET due_at = now() WHERE closed_at IS NULL")
        try await fleet.scan()
        #expect(
            try await runs(fleet) == ["web-1 failed", "web-2 running"],
            "a new one, before the one that failed"
        )
        #expect(try await held(fleet) == 2)
        try await fleet.agent(machines[1], "web-2").work()
        try await fleet.scan()
        #expect(
            Set(try await runs(fleet))
                == ["web-1 failed", "web-2 succeeded", "web-3 running", "web-1 running"]
        )
    }
}
