import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Stories B5 and B6: which release should be on machines, when people have a say.
@Suite(.migratedSchema)
struct PinTests {
    /// A fleet where shop 1.4 is the environment's release, and 1.3 was before; two machines have it.
    private func fleet() async throws -> (fleet: Fleet, web: ID<Machine>, other: ID<Machine>) {
        let fleet = try await Fleet()
        try await fleet.trigger()
        for version in ["1.3", "1.4"] {
            try await fleet.release(version)
            #expect(try await fleet.deploy(version).state == .succeeded)
        }
        let web = try await fleet.machine("web-1")
        let other = try await fleet.machine("web-2")
        try await settle(fleet, [(web, "web-1"), (other, "web-2")])
        #expect(try await fleet.actual(web) == "1.4")
        return (fleet, web, other)
    }

    /// Scans and works until nothing is left to do.
    private func settle(_ fleet: Fleet, _ machines: [(ID<Machine>, String)]) async throws {
        for _ in 1...4 {
            try await fleet.scan()
            for (machine, name) in machines { try await fleet.agent(machine, name).work() }
        }
    }

    @discardableResult
    private func pin(
        _ fleet: Fleet,
        _ version: String,
        environment: String? = nil,
        machine: String? = nil,
        once: Bool = false,
        expiresInSeconds: Int? = nil
    ) async throws -> Pin {
        try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try PinCommands.create(
                APIV1.PinRequest(
                    project: "shop",
                    release: version,
                    environment: environment,
                    machine: machine,
                    reason: "to see",
                    once: once,
                    expiresInSeconds: expiresInSeconds
                ),
                by: "key:test",
                in: tx,
                &changes
            )
        }
    }

    private func remove(_ fleet: Fleet, _ pin: Pin) async throws {
        _ = try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try PinCommands.remove(pin.id, APIV1.ReasonRequest(reason: "seen"), in: tx, &changes)
        }
    }

    @Test(
        "B6 a pinned environment goes to its release, arrivals too; without the pin it returns to the last success"
    )
    func environmentPin() async throws {
        let (fleet, web, other) = try await fleet()
        let made = try await pin(fleet, "1.3", environment: "production")
        let late = try await fleet.machine("web-3")
        try await settle(fleet, [(web, "web-1"), (other, "web-2"), (late, "web-3")])
        for machine in [web, other, late] { #expect(try await fleet.actual(machine) == "1.3") }
        try await remove(fleet, made)
        try await settle(fleet, [(web, "web-1"), (other, "web-2"), (late, "web-3")])
        for machine in [web, other, late] { #expect(try await fleet.actual(machine) == "1.4") }
        #expect(try await fleet.events(.pinEnded).count == 1)
    }

    @Test("B6 a machine's pin comes before its environment's, and leaves the others alone")
    func machinePin() async throws {
        let (fleet, web, other) = try await fleet()
        try await fleet.release("1.5")
        try await pin(fleet, "1.5", machine: "web-1")
        try await settle(fleet, [(web, "web-1"), (other, "web-2")])
        #expect(try await fleet.actual(web) == "1.5")
        #expect(try await fleet.actual(other) == "1.4")
        try await pin(fleet, "1.3", environment: "production")
        try await settle(fleet, [(web, "web-1"), (other, "web-2")])
        #expect(try await fleet.actual(web) == "1.5")
        #expect(try await fleet.actual(other) == "1.3")
    }

    @Test("B6 a pin for one deployment ends with it, and the machine is left with what it got")
    func once() async throws {
        let (fleet, web, other) = try await fleet()
        try await pin(fleet, "1.3", machine: "web-1", once: true)
        try await settle(fleet, [(web, "web-1"), (other, "web-2")])
        #expect(try await fleet.actual(web) == "1.3")
        #expect(try await fleet.texts("SELECT end_reason AS t FROM pin") == ["used"])
        #expect(try await fleet.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL") == 0)
    }

    @Test("B6 a pin that expires returns its machine to the last success")
    func expiry() async throws {
        let (fleet, web, other) = try await fleet()
        try await pin(fleet, "1.3", machine: "web-1", expiresInSeconds: 3600)
        try await settle(fleet, [(web, "web-1"), (other, "web-2")])
        #expect(try await fleet.actual(web) == "1.3")
        _ = try await fleet.store.database.query("UPDATE pin SET expires_at = now()")
        try await fleet.sweep()
        try await settle(fleet, [(web, "web-1"), (other, "web-2")])
        #expect(try await fleet.actual(web) == "1.4")
        #expect(try await fleet.texts("SELECT end_reason AS t FROM pin") == ["expired"])
    }

    @Test("A second pin replaces the first; one that has ended cannot be removed; a deleted machine's ends")
    func ends() async throws {
        let (fleet, web, _) = try await fleet()
        let first = try await pin(fleet, "1.3", machine: "web-1")
        try await pin(fleet, "1.4", machine: "web-1")
        let error = await #expect(throws: StoreError.self) { try await remove(fleet, first) }
        #expect(error == .conflict("pin \(first.id) has ended already: replaced"))
        try await fleet.store.unitOfWork(by: "test") { tx, changes in
            try MachineRemoval.remove(
                web,
                name: "web-1",
                environment: fleet.production,
                reason: "by hand",
                in: tx,
                &changes
            )
        }
        #expect(
            try await fleet.texts("SELECT end_reason AS t FROM pin ORDER BY id")
                == ["replaced", "machineDeleted"]
        )
    }

    @Test("A pin of nothing, of both, and without a reason is refused")
    func refusals() async throws {
        let (fleet, _, _) = try await fleet()
        await #expect(throws: StoreError.self) { try await pin(fleet, "1.4") }
        await #expect(throws: StoreError.self) {
            try await pin(fleet, "1.4", environment: "production", machine: "web-1")
        }
        await #expect(throws: StoreError.notFound(what: "release", which: "shop 9")) {
            try await pin(fleet, "9", machine: "web-1")
        }
        #expect(try await fleet.count("SELECT count(*) AS n FROM pin") == 0)
    }

    @Test("B5 a failed rollout that is marked counts as the environment's last success; new machines get it")
    func marked() async throws {
        let (fleet, web, other) = try await fleet()
        try await fleet.release("1.5")
        let rollout = try await fleet.deploy("1.5")
        try await fleet.agent(web, "web-1").work()
        try await fleet.agent(other, "web-2").work(.failed)
        #expect(try await fleet.store.deploymentDetail(rollout.id, as: "test").deployment.state == .failed)
        _ = try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try DeploymentCommands.mark(
                rollout.id,
                APIV1.ReasonRequest(reason: "web-2 is broken anyway"),
                by: "key:test",
                in: tx,
                &changes
            )
        }
        let late = try await fleet.machine("web-3")
        try await settle(fleet, [(late, "web-3")])
        #expect(try await fleet.actual(late) == "1.5")
        let history = try await fleet.store.read {
            try EnvironmentReleaseRows.history(
                environment: "production",
                project: "shop",
                before: .max,
                limit: 10,
                seen: .everything,
                in: $0
            )
        }
        #expect(history.map(\.release) == ["1.5", "1.4", "1.3"])
        #expect(history.map(\.source) == [.marked, .rollout, .rollout])
        #expect(history.first?.actor == "key:test")
    }

    @Test("A rollback rolls out what was there before; where nothing was, it says so")
    func rollback() async throws {
        let (fleet, web, other) = try await fleet()
        func back(_ version: String? = nil) async throws -> Deployment {
            try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
                try DeploymentCommands.rollBack(
                    APIV1.RollbackRequest(project: "shop", environment: "production", release: version),
                    by: "key:test",
                    in: tx,
                    &changes
                )
            }
        }
        let rollback = try await back()
        #expect(rollback.release == "1.3" && rollback.kind == .rollout)
        try await settle(fleet, [(web, "web-1"), (other, "web-2")])
        #expect(try await fleet.actual(web) == "1.3")
        await #expect(throws: StoreError.self) { try await back("1.3") }
        await #expect(throws: StoreError.self) { try await back("9.9") }
        #expect(try await back("1.4").release == "1.4")
    }
}
