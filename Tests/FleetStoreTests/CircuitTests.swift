import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Story B2: a release that fails on many machines of an environment is given to no further one.
@Suite(.migratedSchema)
struct CircuitTests {
    /// A fleet where 1.4 was good and 1.5, rolled out to nobody yet, is the environment's release.
    private func fleet(
        fallBack: Bool = true,
        process: String = Fleet.script
    ) async throws -> Fleet {
        let fleet = try await Fleet()
        try await fleet.trigger()
        _ = try await fleet.store.database.query("UPDATE project SET circuit_fall_back = \(fallBack)")
        try await fleet.release("1.4")
        try await fleet.release("1.5", process: process)
        for version in ["1.4", "1.5"] { #expect(try await fleet.deploy(version).state == .succeeded) }
        try await fleet.scan()
        return fleet
    }

    /// Four machines came, 1.5 works on the last one alone.
    private func failing(fallBack: Bool = true) async throws -> (fleet: Fleet, machines: [ID<Machine>]) {
        let fleet = try await fleet(fallBack: fallBack)
        var machines: [ID<Machine>] = []
        for number in 1...4 { machines.append(try await fleet.machine("web-\(number)")) }
        try await fleet.scan()
        for (index, machine) in machines.enumerated() {
            try await fleet.agent(machine, "web-\(index + 1)").work(index == 3 ? .succeeded : .failed)
        }
        try await fleet.scan()
        return (fleet, machines)
    }

    private func open(_ fleet: Fleet) async throws -> [Circuit] {
        try await fleet.store.read {
            try CircuitRows.list(.init(), after: 0, limit: 10, seen: .everything, in: $0)
        }
    }

    private func close(_ fleet: Fleet, _ reason: String = "the feed is back") async throws {
        let id = try #require(try await open(fleet).first?.id)
        _ = try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try FailingCommands.close(id, .init(reason: reason), in: tx, &changes)
        }
    }

    @Test("B2 the circuit opens once, machines without the release get the last good one, and so do arrivals")
    func fallsBack() async throws {
        let (fleet, machines) = try await failing()
        #expect(
            try await fleet.events(.circuitOpened) == [
                "shop 1.5 failed on 3 of 4 machines of production: no further machine is given it; "
                    + "those without it get 1.4"
            ]
        )
        for (index, machine) in machines.prefix(3).enumerated() {
            try await fleet.work(machine, "web-\(index + 1)", .succeeded)
            #expect(try await fleet.runs(machine) == ["1.5", "1.4"])
            #expect(try await fleet.actual(machine) == "1.4")
            #expect(try await fleet.verdict(machine) == "circuitOpen")
        }
        #expect(try await fleet.actual(machines[3]) == "1.5", "who has it keeps it")
        let arrival = try await fleet.machine("web-5")
        try await fleet.work(arrival, "web-5", .succeeded)
        #expect(try await fleet.runs(arrival) == ["1.4"])
        #expect(try await fleet.events(.circuitOpened).count == 1)
        #expect(try await open(fleet).map(\.fallback) == ["1.4"])
    }

    @Test("B2 without a fallback they wait, whatever time passes")
    func waits() async throws {
        let (fleet, machines) = try await failing(fallBack: false)
        let arrival = try await fleet.machine("web-5")
        for _ in 1...3 {
            try await fleet.scan()
            try await fleet.passHour()
        }
        #expect(try await fleet.runs(machines[0]) == ["1.5"])
        #expect(try await fleet.runs(arrival) == [])
        #expect(try await fleet.verdict(arrival) == "circuitOpen")
        #expect(try await fleet.events(.machineQuarantined) == [])
    }

    @Test(
        "B2 closed by hand, everything that waited or fell back gets the release at once",
        arguments: [true, false]
    )
    func closedByHand(_ fallBack: Bool) async throws {
        let (fleet, machines) = try await failing(fallBack: fallBack)
        if fallBack {
            for (index, machine) in machines.prefix(3).enumerated() {
                try await fleet.work(machine, "web-\(index + 1)", .succeeded)
            }
        }
        try await close(fleet)
        try await fleet.scan()
        for (index, machine) in machines.prefix(3).enumerated() {
            #expect(try await fleet.runs(machine).last == "1.5")
            try await fleet.agent(machine, "web-\(index + 1)").work()
        }
        try await fleet.scan()
        for machine in machines { #expect(try await fleet.verdict(machine) == "upToDate") }
        #expect(try await open(fleet).isEmpty)
        #expect(
            try await fleet.events(.circuitClosed)
                == ["the circuit of shop 1.5 in production was closed: the feed is back"]
        )
        await #expect(throws: StoreError.self) {
            try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
                _ = try FailingCommands.close(ID(1), .init(reason: "again"), in: tx, &changes)
            }
        }
    }

    @Test("B2 what failed before it was closed does not open it again, what fails after does")
    func countsAnew() async throws {
        let (fleet, machines) = try await failing(fallBack: false)
        try await close(fleet)
        try await fleet.scan()
        for (index, machine) in machines.prefix(2).enumerated() {
            try await fleet.agent(machine, "web-\(index + 1)").work(.failed)
        }
        try await fleet.scan()
        #expect(try await open(fleet).isEmpty)
        try await fleet.agent(machines[2], "web-3").work(.failed)
        try await fleet.scan()
        #expect(try await open(fleet).map(\.failed) == [3])
        #expect(try await fleet.events(.circuitOpened).count == 2)
    }

    @Test("B2 a new release that becomes the environment's closes it")
    func closedByNewRelease() async throws {
        let (fleet, machines) = try await failing()
        try await fleet.release("1.6")
        for (index, machine) in machines.prefix(3).enumerated() {
            try await fleet.work(machine, "web-\(index + 1)", .succeeded)
        }
        _ = try await fleet.deploy("1.6")
        for (index, machine) in machines.enumerated() {
            try await fleet.agent(machine, "web-\(index + 1)").work()
        }
        try await fleet.scan()
        #expect(try await open(fleet).isEmpty)
        #expect(
            try await fleet.events(.circuitClosed)
                == ["the circuit of shop 1.5 in production was closed: a release became the environment's"]
        )
        for machine in machines {
            #expect(try await fleet.actual(machine) == "1.6")
            #expect(try await fleet.verdict(machine) == "upToDate")
        }
    }

    @Test("B2 a release that was replaced because it failed is nothing to fall back to")
    func badFallback() async throws {
        let (fleet, machines) = try await failing()
        for (index, machine) in machines.prefix(3).enumerated() {
            try await fleet.work(machine, "web-\(index + 1)", .succeeded)
        }
        try await fleet.release("1.6")
        for machine in machines { try await fleet.health(.unavailable, of: machine) }
        _ = try await fleet.deploy("1.6")
        try await fleet.sweep()
        #expect(try await open(fleet).isEmpty)
        for (index, machine) in machines.prefix(3).enumerated() {
            try await fleet.health(.healthy, of: machine)
            try await fleet.work(machine, "web-\(index + 1)", .failed)
        }
        #expect(try await open(fleet).map(\.release) == ["1.6"])
        #expect(try await open(fleet).map(\.fallback) == ["1.4"])
    }

    @Test("B2 a deployment under way gives the release to no further machine, and those count as not tried")
    func haltsWhatRuns() async throws {
        let fleet = try await fleet(
            fallBack: false,
            process: #"[{"name":"install","script":"true","maxParallel":1}]"#
        )
        _ = try await fleet.store.database.query("UPDATE project SET circuit_count = 1")
        var machines: [ID<Machine>] = []
        for number in 1...3 { machines.append(try await fleet.machine("web-\(number)")) }
        try await fleet.work(machines[0], "web-1", .failed)
        #expect(
            try await fleet.texts("SELECT state AS t FROM run ORDER BY id") == [
                "failed", "skipped", "skipped",
            ]
        )
        try await fleet.scan()
        #expect(
            try await fleet.texts("SELECT verdict AS t FROM need ORDER BY id")
                == Array(repeating: "circuitOpen", count: 3)
        )
        #expect(try await fleet.texts("SELECT attempts::text AS t FROM need ORDER BY id") == ["1", "0", "0"])
    }

    @Test("B2 machines that were replaced after they failed count")
    func countsTheGone() async throws {
        let fleet = try await fleet()
        for number in 1...3 {
            let machine = try await fleet.machine("web-\(number)")
            try await fleet.work(machine, "web-\(number)", .failed)
            try await fleet.store.deleteMachine("web-\(number)", by: "key:test")
        }
        try await fleet.scan()
        #expect(try await open(fleet).map(\.failed) == [3])
    }
}
