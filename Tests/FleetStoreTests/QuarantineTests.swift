import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Story B1: a release that one machine does not take is given up there, and nowhere else.
@Suite(.migratedSchema)
struct QuarantineTests {
    /// A fleet where shop 1.4 is the environment's release.
    private func fleetWithRelease() async throws -> Fleet {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.4")
        #expect(try await fleet.deploy("1.4").state == .succeeded)
        try await fleet.scan()
        return fleet
    }

    /// A fleet with one machine on which 1.4 was given up.
    private func quarantined() async throws -> (fleet: Fleet, web: ID<Machine>) {
        let fleet = try await fleetWithRelease()
        let web = try await fleet.machine("web-1")
        for _ in 1...3 {
            try await fleet.work(web, "web-1", .failed)
            try await fleet.passHour()
        }
        try await fleet.scan()
        #expect(try await fleet.verdict(web) == "quarantined")
        return (fleet, web)
    }

    private func open(_ fleet: Fleet) async throws -> [Quarantine] {
        try await fleet.store.read {
            try QuarantineRows.list(.init(), after: 0, limit: 10, seen: .everything, in: $0)
        }
    }

    @Test(
        "B1 a machine that fails to the cap is quarantined with its release; others are finished, new ones served"
    )
    func oneBadMachine() async throws {
        let fleet = try await fleetWithRelease()
        let bad = try await fleet.machine("web-1")
        let good = try await fleet.machine("web-2")
        for round in 1...5 {
            try await fleet.scan()
            try await fleet.agent(bad, "web-1").work(.failed)
            if round == 1 { try await fleet.agent(good, "web-2").work() }
            try await fleet.scan()
            try await fleet.passHour()
        }
        #expect(try await fleet.runs(bad) == ["1.4", "1.4", "1.4"])
        #expect(try await fleet.verdict(bad) == "quarantined")
        #expect(
            try await fleet.events(.machineQuarantined)
                == ["shop 1.4 was given up on machine web-1 after 3 runs: it did not work"]
        )
        #expect(try await open(fleet).map(\.machine) == ["web-1"])
        #expect(try await fleet.actual(good) == "1.4")
        let new = try await fleet.machine("web-3")
        try await fleet.work(new, "web-3", .succeeded)
        #expect(try await fleet.actual(new) == "1.4")
        #expect(try await fleet.verdict(new) == "upToDate")
    }

    @Test("B1 a quarantine released by hand gives the machine all its attempts again")
    func releasedByHand() async throws {
        let (fleet, web) = try await quarantined()
        let id = try #require(try await open(fleet).first?.id)
        let released = try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try FailingCommands.release(id, .init(reason: "the disk is larger now"), in: tx, &changes)
        }
        #expect(released.releasedBy == "key:test")
        for _ in 1...3 {
            try await fleet.work(web, "web-1", .failed)
            try await fleet.passHour()
        }
        #expect(try await fleet.runs(web).count == 6)
        #expect(try await fleet.events(.machineQuarantined).count == 2)
        #expect(
            try await fleet.events(.machineQuarantineReleased)
                == ["shop 1.4 is no longer given up on machine web-1: the disk is larger now"]
        )
        await #expect(throws: StoreError.self) {
            try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
                _ = try FailingCommands.release(id, .init(reason: "again"), in: tx, &changes)
            }
        }
    }

    @Test("B1 another release starts again by itself")
    func releasedByNewRelease() async throws {
        let (fleet, web) = try await quarantined()
        try await fleet.health(.unavailable, of: web)
        try await fleet.release("1.5")
        _ = try await fleet.deploy("1.5")
        try await fleet.sweep()
        try await fleet.health(.healthy, of: web)
        try await fleet.work(web, "web-1", .succeeded)
        #expect(try await fleet.actual(web) == "1.5")
        #expect(try await open(fleet).isEmpty)
        #expect(
            try await fleet.events(.machineQuarantineReleased)
                == ["shop 1.4 is no longer given up on machine web-1: the machine is to have another release"]
        )
    }

    @Test("B1 a run by hand that succeeds ends it")
    func releasedBySuccess() async throws {
        let (fleet, web) = try await quarantined()
        _ = try await fleet.deploy("1.4", to: ["web-1"])
        try await fleet.work(web, "web-1", .succeeded)
        #expect(try await fleet.verdict(web) == "upToDate")
        #expect(try await open(fleet).isEmpty)
        #expect(
            try await fleet.events(.machineQuarantineReleased)
                == ["shop 1.4 is no longer given up on machine web-1: a run of it succeeded there"]
        )
    }

    @Test("B1 a run by hand that fails does not end it, nor does the machine's coming and going")
    func staysQuarantined() async throws {
        let (fleet, web) = try await quarantined()
        _ = try await fleet.deploy("1.4", to: ["web-1"])
        try await fleet.work(web, "web-1", .failed)
        try await fleet.health(.unavailable, of: web)
        try await fleet.health(.healthy, of: web)
        try await fleet.passHour()
        try await fleet.scan()
        #expect(try await fleet.runs(web).count == 4)
        #expect(try await fleet.verdict(web) == "quarantined")
        #expect(try await fleet.events(.machineQuarantined).count == 1)
    }

    @Test(
        "B1 a person who enables the machine again starts again, and a deleted machine leaves no quarantine"
    )
    func releasedByTouch() async throws {
        let (fleet, web) = try await quarantined()
        for enabled in [false, true] {
            _ = try await fleet.store.changeMachine("web-1", MachineChange(enabled: enabled), by: "key:test")
        }
        try await fleet.scan()
        #expect(try await fleet.runs(web).count == 4)
        #expect(try await open(fleet).isEmpty)
        for _ in 1...3 {
            try await fleet.work(web, "web-1", .failed)
            try await fleet.passHour()
        }
        #expect(try await open(fleet).count == 1)
        try await fleet.store.deleteMachine("web-1", by: "key:test")
        #expect(try await open(fleet).isEmpty)
    }

    @Test("A trigger says how often is tried")
    func triggersOwnRetry() async throws {
        let fleet = try await fleetWithRelease()
        _ = try await fleet.store.database.query("UPDATE project_trigger SET retry_attempts = 1")
        let web = try await fleet.machine("web-1")
        try await fleet.work(web, "web-1", .failed)
        #expect(try await fleet.verdict(web) == "quarantined")
        #expect(try await fleet.runs(web).count == 1)
    }
}
