import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Deployments to machines that come and go, at the level of rows.
@Suite(.migratedSchema)
struct TransientTargetTests {
    private static let twoSteps = #"[{"name":"first","script":"true"},{"name":"second","script":"true"}]"#

    private func fleet(
        _ settings: DeploymentSettings = .init(),
        machines: Int = 2,
        process: String = twoSteps
    ) async throws -> (Fleet, [TestAgent]) {
        let fleet = try await Fleet()
        try await fleet.settings(settings)
        try await fleet.release("1.0", process: process)
        var agents: [TestAgent] = []
        for number in 1...machines {
            let name = "web-\(number)"
            agents.append(fleet.agent(try await fleet.machine(name), name))
        }
        return (fleet, agents)
    }

    private func states(_ fleet: Fleet, _ id: ID<Deployment>) async throws -> [RunState] {
        try await fleet.store.deploymentDetail(id, as: "test").runs.map(\.state)
    }

    private func state(_ fleet: Fleet, _ id: ID<Deployment>) async throws -> DeploymentState {
        try await fleet.store.deploymentDetail(id, as: "test").deployment.state
    }

    @Test(
        "a machine that is away when a person deploys is left out or fails, as project and machine policy say",
        arguments: [
            (.skip, false, .skipped, .succeeded), (.fail, false, .failed, .failed),
            (.fail, true, .skipped, .succeeded),
        ] as [(DeploymentSettings.Absent, Bool, RunState, DeploymentState)]
    )
    func awayAtCreation(
        _ absent: DeploymentSettings.Absent,
        mayBeOffline: Bool,
        run: RunState,
        outcome: DeploymentState
    ) async throws {
        let (fleet, agents) = try await fleet(.init(unavailableTargets: absent))
        if mayBeOffline { try await fleet.mayBeOffline(agents[1].identity.machineID) }
        try await fleet.health(.unavailable, of: agents[1].identity.machineID)
        let deployment = try await fleet.deploy("1.0")
        while try await agents[0].work() != nil {}
        #expect(try await states(fleet, deployment.id) == [.succeeded, run])
        #expect(try await state(fleet, deployment.id) == outcome)
        let recorded = try await fleet.count(
            "SELECT count(*) AS n FROM machine_release WHERE machine_id = \(agents[1].identity.machineID)"
        )
        #expect(recorded == 0, "what was left out is never recorded as up to date")
    }

    @Test(
        "a machine that goes in the middle fails a rollout only where the project says so",
        arguments: [(.skip, .succeeded), (.fail, .failed)]
            as [(DeploymentSettings.Absent, DeploymentState)]
    )
    func awayInTheMiddle(_ absent: DeploymentSettings.Absent, outcome: DeploymentState) async throws {
        let (fleet, agents) = try await fleet(.init(unavailableTargets: absent))
        let deployment = try await fleet.deploy("1.0")
        for agent in agents { try await agent.work() }
        try await fleet.health(.unavailable, of: agents[1].identity.machineID)
        try await fleet.sweep()
        while try await agents[0].work() != nil {}
        #expect(try await states(fleet, deployment.id) == [.succeeded, .failed])
        #expect(try await state(fleet, deployment.id) == outcome)
    }

    @Test("settings that change while a deployment runs are for the next one")
    func settingsAreCopied() async throws {
        let (fleet, agents) = try await fleet(.init(unavailableTargets: .skip))
        let deployment = try await fleet.deploy("1.0")
        try await fleet.settings(.init(unavailableTargets: .fail))
        try await fleet.health(.unavailable, of: agents[1].identity.machineID)
        try await fleet.sweep()
        while try await agents[0].work() != nil {}
        #expect(try await state(fleet, deployment.id) == .succeeded)
    }

    @Test("a rollout stops when too few of its machines would be healthy, and says so")
    func minimumHealthy() async throws {
        let process = #"[{"name":"only","script":"true","maxParallel":1}]"#
        let (fleet, agents) = try await fleet(.init(minimumHealthy: 75), machines: 4, process: process)
        let deployment = try await fleet.deploy("1.0")
        try await agents[0].work(.failed)
        try await agents[1].work(.failed)
        let detail = try await fleet.store.deploymentDetail(deployment.id, as: "test")
        #expect(detail.runs.map(\.state) == [.failed, .failed, .cancelled, .cancelled])
        #expect(detail.deployment.state == .failed)
        #expect(detail.deployment.reason.contains("2 of 4 machines failed or were left out"))
        #expect(try await agents[2].offers().isEmpty)
    }

    @Test("a machine that a rollout left out is owed its release where a trigger covers it")
    func leftOutIsOwed() async throws {
        let (fleet, agents) = try await fleet(process: Fleet.script)
        try await fleet.triggerOnJoin()
        try await fleet.health(.unavailable, of: agents[1].identity.machineID)
        try await fleet.scan()
        _ = try await fleet.deploy("1.0")
        try await agents[0].work()
        try await fleet.scan()
        let waiting = try await fleet.texts("SELECT verdict AS t FROM need WHERE closed_at IS NULL")
        #expect(waiting == ["machineUnavailable"])
        // No event of this machine fires the trigger: the need alone brings it the release.
        try await fleet.health(.healthy, of: agents[1].identity.machineID)
        try await fleet.scan()
        #expect(try await agents[1].work()?.release == "1.0")
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM need WHERE closed_at IS NULL") == 0)
    }

    @Test(
        "a run by hand that leaves a machine incomplete is repaired: it gets a whole release back by itself"
    )
    func repair() async throws {
        let (fleet, agents) = try await fleet(machines: 1, process: Fleet.script)
        try await fleet.trigger()
        _ = try await fleet.deploy("1.0")
        try await agents[0].work()
        try await fleet.scan()
        try await fleet.release("1.1", process: Self.twoSteps)
        let failing = try await fleet.deploy("1.1", to: ["web-1"])
        try await agents[0].work()
        try await agents[0].work(.failed)
        #expect(try await state(fleet, failing.id) == .failed)
        try await fleet.scan()
        let back = try #require(try await agents[0].work())
        #expect(back.release == "1.0", "what it should have is what it gets back")
        try await fleet.scan()
        let left = try await fleet.count(
            """
            SELECT count(*) AS n FROM machine_release mr JOIN release r ON r.id = mr.actual_release_id
            WHERE r.version = '1.0' AND mr.incomplete_release_id IS NULL
            """
        )
        #expect(left == 1)
    }

    @Test("a run by hand that fails and leaves the machine whole is left alone")
    func noRepair() async throws {
        let (fleet, agents) = try await fleet(machines: 1, process: Fleet.script)
        try await fleet.trigger()
        _ = try await fleet.deploy("1.0", to: ["web-1"])
        let offer = try #require(try await agents[0].offers().first)
        try await agents[0].accept(offer)
        try await agents[0].finish(offer, .failed, inventory: [])
        try await fleet.scan()
        let needs = try await fleet.count(
            """
            SELECT count(*) AS n FROM need n JOIN event e ON e.id = n.event_id WHERE e.category = 'RunFailed'
            """
        )
        #expect(needs == 0)
    }

    @Test("a step for a failure runs when one failed, and is left out when none did")
    func stepsForFailures() async throws {
        let process = """
            [{"name":"first","script":"true"},{"name":"undo","script":"true","runWhen":"failure"},
             {"name":"tell","script":"true","runWhen":"always"}]
            """
        let (fleet, agents) = try await fleet(machines: 2, process: process)
        let deployment = try await fleet.deploy("1.0")
        let good = try #require(try await agents[0].offers().first)
        #expect(good.isFirst && !good.isLast)
        try await agents[0].work()
        try await agents[1].work(.failed)
        let undo = try #require(try await agents[1].offers().first)
        #expect(undo.step.name == "undo" && !undo.isLast)
        try await agents[1].work()
        let last = try #require(try await agents[0].offers().first)
        #expect(last.step.name == "tell" && last.isLast, "it proves the release where all went well")
        let told = try #require(try await agents[1].offers().first)
        #expect(told.step.name == "tell" && !told.isLast, "and not where something failed")
        for agent in agents { try await agent.work() }
        let runs = try await fleet.store.deploymentDetail(deployment.id, as: "test").runs
        #expect(runs.map(\.state) == [.succeeded, .failed])
        #expect(
            runs.map { $0.steps.map(\.state) } == [
                [.succeeded, .skipped, .succeeded], [.failed, .succeeded, .succeeded],
            ]
        )
    }

    @Test("a step that failed is given out again under a new fence, as often as it says")
    func retries() async throws {
        let process = #"[{"name":"only","script":"true","retries":1}]"#
        let (fleet, agents) = try await fleet(machines: 1, process: process)
        let deployment = try await fleet.deploy("1.0")
        let first = try #require(try await agents[0].work(.failed))
        let second = try #require(try await agents[0].offers().first)
        #expect(second.stepRunID == first.stepRunID && second.fence == first.fence + 1)
        #expect(try await agents[0].finish(first) == false, "the first attempt has no say any more")
        try await agents[0].work(.failed)
        #expect(try await agents[0].offers().isEmpty)
        #expect(try await states(fleet, deployment.id) == [.failed])
    }

    @Test("an unknown outcome is not repeated because a step has retries")
    func unknownIsNoFailure() async throws {
        let process = #"[{"name":"only","script":"true","retries":3}]"#
        let (fleet, agents) = try await fleet(machines: 1, process: process)
        let deployment = try await fleet.deploy("1.0")
        try await agents[0].work(.unknown)
        #expect(try await agents[0].offers().isEmpty)
        #expect(try await states(fleet, deployment.id) == [.unknown])
    }
}
