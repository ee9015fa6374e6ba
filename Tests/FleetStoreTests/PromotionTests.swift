import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Story A11: where a release must not come, now or ever, it does not; and it does as soon as it may.
@Suite(.migratedSchema)
struct PromotionTests {
    /// A fleet whose release is 1.4, with a trigger and no machine.
    private func fleet() async throws -> Fleet {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.4")
        #expect(try await fleet.deploy("1.4").state == .succeeded)
        try await fleet.scan()
        return fleet
    }

    private func apply(_ fleet: Fleet, _ documents: [Document]) async throws {
        _ = try await fleet.store.apply(documents, by: "key:test")
    }

    private func now(_ fleet: Fleet) async throws -> Instant {
        try await fleet.store.database.query("SELECT now() AS now")[0]["now"]
    }

    private func freeze(_ fleet: Fleet, from: Int = -60, to: Int = 3600) async throws {
        let now = try await now(fleet)
        let freeze = FreezeDocument(
            name: "xmas",
            environments: ["production"],
            from: now.adding(seconds: from),
            to: now.adding(seconds: to),
            reason: "holidays"
        )
        try await apply(fleet, [.freeze(freeze)])
    }

    private func phases(_ fleet: Fleet, _ phases: [Project.Phase]) async throws {
        let step = Step(name: "install", action: .script("true"))
        try await apply(
            fleet,
            [
                .environment(EnvironmentDocument(name: "staging")),
                .project(ProjectDocument(name: "shop", process: [step], phases: phases)),
            ]
        )
    }

    @Test(
        "A11 nothing is deployed to a frozen environment; when the freeze ends the machine is caught up with"
    )
    func frozen() async throws {
        let fleet = try await fleet()
        try await freeze(fleet)
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        #expect(try await fleet.verdict(web) == "environmentFrozen")
        #expect(try await fleet.runs(web) == [])
        try await fleet.sweep()
        #expect(try await fleet.events(.freezeStarted).count == 1)
        _ = try await fleet.store.database.query("UPDATE deployment_freeze SET ends_at = now()")
        for _ in 1...2 { try await fleet.sweep() }
        try await fleet.scan()
        #expect(try await fleet.runs(web) == ["1.4"])
        #expect(try await fleet.events(.freezeStarted).count == 1)
        #expect(try await fleet.events(.freezeEnded) == ["freeze xmas is over"])
    }

    @Test("A11 a freeze that is deleted lets go at once, and one to come holds nothing")
    func deleted() async throws {
        let fleet = try await fleet()
        try await freeze(fleet)
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        #expect(try await fleet.verdict(web) == "environmentFrozen")
        try await fleet.store.deleteFreeze("xmas", by: "key:test")
        try await fleet.scan()
        #expect(try await fleet.runs(web) == ["1.4"])
        try await freeze(fleet, from: 3600, to: 7200)
        let other = try await fleet.machine("web-2")
        try await fleet.scan()
        #expect(try await fleet.runs(other) == ["1.4"])
    }

    @Test("A deployment by hand into a freeze is refused, unless a person says why; the event tells it")
    func byHand() async throws {
        let fleet = try await fleet()
        try await freeze(fleet)
        try await fleet.release("1.5")
        let refusal = await #expect(throws: StoreError.self) { try await fleet.deploy("1.5") }
        #expect(refusal?.description.contains("freeze 'xmas' covers production until") == true)
        let deployment = try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try DeploymentCommands.create(
                APIV1.DeploymentRequest(
                    project: "shop",
                    release: "1.5",
                    environment: "production",
                    machines: nil,
                    ignoreFreeze: true,
                    reason: "a hole in 1.4"
                ),
                by: "key:test",
                in: tx,
                &changes
            )
        }
        #expect(deployment.state == .succeeded)
        let told = try await fleet.events(.deploymentCreated).last ?? ""
        #expect(told.contains("although freeze 'xmas' covers production") && told.contains("a hole in 1.4"))
    }

    @Test("A11 an environment that is in no phase is left alone, and caught up with when it is in one again")
    func outOfOrder() async throws {
        let fleet = try await fleet()
        try await phases(fleet, [.init(name: "trial", environments: ["staging"])])
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        #expect(try await fleet.verdict(web) == "outOfPromotionOrder")
        try await phases(
            fleet,
            [
                .init(name: "trial", environments: ["staging"]),
                .init(name: "live", environments: ["production"]),
            ]
        )
        try await fleet.scan()
        #expect(try await fleet.runs(web) == ["1.4"])
    }

    @Test("A11 a machine whose trigger is disabled is caught up with when it is enabled")
    func disabledTrigger() async throws {
        let fleet = try await fleet()
        let web = try await fleet.machine("web-1")
        _ = try await fleet.store.database.query("UPDATE project_trigger SET enabled = true")
        try await fleet.health(.unavailable, of: web)
        try await fleet.scan()
        try await fleet.health(.healthy, of: web)
        _ = try await fleet.store.database.query("UPDATE project_trigger SET enabled = false")
        try await fleet.scan()
        #expect(try await fleet.runs(web) == [])
        let trigger = TriggerDocument(
            project: "shop",
            name: "arrivals",
            eventGroups: [.machineAvailableForDeployment]
        )
        try await apply(fleet, [.trigger(trigger)])
        try await fleet.scan()
        #expect(try await fleet.runs(web) == ["1.4"])
    }

    @Test("A release that has not come so far is refused by hand, unless a person says why")
    func refusedOrder() async throws {
        let fleet = try await fleet()
        try await phases(
            fleet,
            [
                .init(name: "trial", environments: ["staging"]),
                .init(name: "live", environments: ["production"]),
            ]
        )
        try await fleet.release("1.5")
        let refusal = await #expect(throws: StoreError.self) { try await fleet.deploy("1.5") }
        #expect(
            refusal?.description
                .hasPrefix("trial comes before live, and release 1.5 never succeeded in staging") == true
        )
    }

    @Test("A release goes through automatic phases by itself, once each, and not beyond one that failed")
    func automatic() async throws {
        let fleet = try await fleet()
        try await phases(
            fleet,
            [
                .init(name: "trial", environments: ["staging"], automatic: true),
                .init(name: "live", environments: ["production"], automatic: true),
            ]
        )
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        try await fleet.agent(web, "web-1").work()
        try await fleet.promoted("1.6")
        for _ in 1...3 { try await fleet.sweep() }
        try await fleet.agent(web, "web-1").work()
        try await fleet.sweep()
        #expect(try await fleet.actual(web) == "1.6")
        #expect(
            try await fleet.events(.releasePromoted) == [
                "shop 1.6 goes to staging by itself: phase trial is automatic",
                "shop 1.6 goes to production by itself: phase live is automatic",
            ]
        )
    }

    @Test("A release goes on by itself only where whoever applied the project may deploy, when it goes")
    func identity() async throws {
        let fleet = try await fleet()
        try await apply(fleet, [.environment(EnvironmentDocument(name: "staging"))])
        let ada = try await fleet.store.unitOfWork(by: "test") { tx, changes in
            let made = try ["root", "ada"].map { name in
                try PersonCommands.create(
                    name: name,
                    displayName: "",
                    grants: [.everything],
                    in: tx,
                    &changes
                )
            }
            return made[1]
        }
        let step = Step(name: "install", action: .script("true"))
        let phases = [Project.Phase(name: "live", environments: ["production"], automatic: true)]
        let project = ProjectDocument(name: "shop", process: [step], phases: phases)
        let principal = Principal.person(ada.id, name: "ada", grants: ada.grants)
        _ = try await fleet.store.apply([.project(project)], by: principal)
        try await fleet.setDisabled(true, "ada")
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        try await fleet.agent(web, "web-1").work()
        try await fleet.promoted("1.6")
        for _ in 1...3 {
            try await fleet.sweep()
            _ = try await fleet.store.database.query("UPDATE promotion SET next_at = now()")
        }
        #expect(try await fleet.events(.releasePromoted) == [])
        let why = "it acts as person:ada, and that person is disabled"
        #expect(
            try await fleet.events(.accessRefused) == [
                "refused: shop 1.6 to production by itself, phase live: \(why)"
            ]
        )
        #expect(try await fleet.store.database.query("SELECT message FROM promotion")[0]["message"] == why)
        try await fleet.setDisabled(false, "ada")
        try await fleet.sweep()
        #expect(
            try await fleet.events(.releasePromoted) == [
                "shop 1.6 goes to production by itself: phase live is automatic"
            ]
        )
    }
}
