import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// What is done about machines whose agents prove something else than was put there.
@Suite(.migratedSchema)
struct DriftTests {
    private struct Case {
        let ordered: OrderedFleet
        let web: ID<Machine>
        let agent: TestAgent

        var fleet: Fleet { ordered.fleet }

        /// A machine that has 1.0, put there by the trigger.
        init(repairs: Bool) async throws {
            ordered = try await OrderedFleet([("base", after: [])])
            _ = try await ordered.store.apply([Self.trigger(repairs: repairs)], by: "test")
            web = try await ordered.fleet.machine("web-1")
            agent = ordered.fleet.agent(web, "web-1")
            try await ordered.fleet.scan()
            try await agent.work()
            try await ordered.fleet.scan()
        }

        static func trigger(repairs: Bool, redeploy: Bool = false) -> Document {
            .trigger(
                TriggerDocument(
                    project: "base",
                    name: "arrivals",
                    eventGroups: [.machineAvailableForDeployment],
                    redeploy: redeploy,
                    repairDrift: repairs
                )
            )
        }

        func says(_ release: ID<Release>?) async throws {
            let item = AgentV1.InventoryItem(project: "base", releaseID: release, incompleteReleaseID: nil)
            _ = try await ordered.store.work(for: agent.identity, poll: .init(inventory: [item], running: []))
        }

        func release() async throws -> ID<Release> {
            try await ordered.store.read { tx in try tx.run("SELECT min(id) AS id FROM release")[0]["id"] }
        }

        func events(_ category: EventCategory) async throws -> Int {
            try await fleet.count("SELECT count(*) AS n FROM event WHERE category = \(category.rawValue)")
        }

        func explained() async throws -> ProjectExplanation? {
            let machine = try await ordered.store.read { tx in
                try MachineRows.lock("web-1", seen: .everything, in: tx)?.machine
            }
            return try await ordered.store.explain(try #require(machine), project: "base", as: "test")
                .projects.first
        }

        func verdictInView() async throws -> String? {
            try await fleet.texts("SELECT verdict AS t FROM machine_status WHERE project = 'base'").first
        }
    }

    @Test("A9 without an event and without repairDrift a machine that drifted is shown, and not touched")
    func shown() async throws {
        let fixture = try await Case(repairs: false)
        for _ in 1...3 {
            try await fixture.says(nil)
            try await fixture.fleet.scan()
        }
        #expect(try await fixture.events(.machineDriftDetected) == 1)
        #expect(try await fixture.ordered.runs(fixture.web) == ["base succeeded"])
        let explained = try await fixture.explained()
        #expect(explained?.verdict == "drifted")
        #expect(explained?.actual == nil)
        #expect(try await fixture.verdictInView() == "drifted")
        let from = try await fixture.fleet.texts(
            """
            SELECT r.version AS t FROM machine_release mr JOIN release r ON r.id = mr.drifted_from_release_id
            WHERE mr.drifted_at IS NOT NULL
            """
        )
        #expect(from == ["1.0"])
        let look = try await fixture.ordered.store.read { tx in
            try ForgottenNeeds.look(after: nil, limit: 500, in: tx)
        }
        #expect(look.healed == [], "it is explained")
        try await fixture.fleet.health(.unavailable, of: fixture.web)
        try await fixture.fleet.health(.healthy, of: fixture.web)
        try await fixture.fleet.scan()
        #expect(
            try await fixture.ordered.runs(fixture.web).count == 2,
            "an event that fires the trigger is one"
        )
    }

    @Test("with repairDrift a machine that drifted is deployed to once, and found repaired")
    func repaired() async throws {
        let fixture = try await Case(repairs: true)
        try await fixture.says(nil)
        for _ in 1...3 { try await fixture.fleet.scan() }
        #expect(try await fixture.ordered.runs(fixture.web) == ["base succeeded", "base running"])
        #expect(try await fixture.agent.work()?.release == "1.0")
        try await fixture.fleet.scan()
        try await fixture.says(try await fixture.release())
        for _ in 1...3 { try await fixture.fleet.scan() }
        #expect(try await fixture.events(.machineDriftDetected) == 1)
        #expect(try await fixture.events(.machineDriftRepaired) == 1)
        #expect(try await fixture.ordered.runs(fixture.web) == ["base succeeded", "base succeeded"])
        #expect(try await fixture.explained()?.verdict == "upToDate")
        #expect(try await fixture.fleet.count("SELECT count(drifted_at) AS n FROM machine_release") == 0)
    }

    @Test("who puts the machine right by hand has repaired it: nothing is deployed")
    func repairedByHand() async throws {
        let fixture = try await Case(repairs: false)
        try await fixture.says(nil)
        try await fixture.says(try await fixture.release())
        try await fixture.fleet.scan()
        #expect(try await fixture.events(.machineDriftDetected) == 1)
        #expect(try await fixture.events(.machineDriftRepaired) == 1)
        #expect(try await fixture.explained()?.verdict == "upToDate")
        #expect(try await fixture.ordered.runs(fixture.web) == ["base succeeded"])
    }

    @Test(
        "a trigger that is told to repair later repairs what has drifted before, and a redeploying one no more than that"
    )
    func repairsWhatWasFoundBefore() async throws {
        let fixture = try await Case(repairs: false)
        try await fixture.says(nil)
        try await fixture.fleet.scan()
        _ = try await fixture.ordered.store.apply([Case.trigger(repairs: true, redeploy: true)], by: "test")
        try await fixture.fleet.scan()
        #expect(try await fixture.agent.work() != nil)
        for _ in 1...2 { try await fixture.fleet.scan() }
        #expect(try await fixture.ordered.runs(fixture.web) == ["base succeeded", "base succeeded"])
    }

    @Test("a repair that fails is retried like any other, and the drift stays until it is repaired")
    func repairFails() async throws {
        let fixture = try await Case(repairs: true)
        try await fixture.says(nil)
        try await fixture.fleet.scan()
        try await fixture.agent.work(.failed)
        try await fixture.fleet.scan()
        #expect(try await fixture.ordered.verdict(fixture.web, "base") == "retryLater")
        #expect(try await fixture.events(.machineDriftRepaired) == 0)
        #expect(try await fixture.fleet.count("SELECT count(drifted_at) AS n FROM machine_release") == 1)
    }

    @Test("an inventory that comes before the result of the run that explains it is no drift")
    func overtakes() async throws {
        let fixture = try await Case(repairs: true)
        try await fixture.ordered.rollOut("base", "2.0")
        let offered = try #require(try await fixture.agent.offers().first)
        try await fixture.agent.accept(offered)
        try await fixture.says(offered.releaseID)
        try await fixture.agent.finish(offered)
        try await fixture.fleet.scan()
        #expect(try await fixture.events(.machineDriftDetected) == 0)
        #expect(try await fixture.explained()?.actual == "2.0")
    }
}
