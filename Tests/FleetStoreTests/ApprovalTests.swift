import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

/// Approvals, health checks and what triggers make of them, at the level of rows.
@Suite(.migratedSchema)
struct ApprovalTests {
    private static func process(_ settings: String = "") -> String {
        """
        [{"name":"install","script":"true"},
         {"name":"go","timeoutSeconds":60,"manual":{"instructions":"look at the figures"}\(settings)},
         {"name":"switch","script":"true"}]
        """
    }

    private func fleet(_ process: String = process()) async throws -> (Fleet, TestAgent) {
        let fleet = try await Fleet()
        try await fleet.release("1.0", process: process)
        return (fleet, fleet.agent(try await fleet.machine("web-1"), "web-1"))
    }

    private func decide(
        _ fleet: Fleet,
        _ id: ID<Deployment>,
        approves: Bool,
        step: String? = nil,
        reason: String? = nil
    ) async throws -> Deployment {
        let request = APIV1.ApprovalRequest(step: step, reason: reason)
        return try await fleet.store.unitOfWork(by: "key:ann") { tx, changes in
            try ApprovalCommands.decide(id, request, approves: approves, by: "key:ann", in: tx, &changes)
        }
    }

    private func events(_ fleet: Fleet) async throws -> [String] {
        try await fleet.texts(
            "SELECT category AS t FROM event WHERE category LIKE 'Approval%' ORDER BY id"
        )
    }

    @Test("a deployment waits at a manual step until a person approves, and what they said is kept")
    func approved() async throws {
        let (fleet, agent) = try await fleet()
        let deployment = try await fleet.deploy("1.0")
        let first = try #require(try await agent.work())
        #expect(first.isFirst && !first.isLast)
        #expect(try await agent.offers().isEmpty)
        let waiting = try await fleet.store.deploymentDetail(deployment.id, as: "test")
        #expect(waiting.deployment.waitsFor == "go")
        #expect(waiting.gates?.map(\.instructions) == ["look at the figures"])
        _ = try await decide(fleet, deployment.id, approves: true, reason: "looks good")
        let last = try #require(try await agent.offers().first)
        #expect(last.step.name == "switch" && last.isLast)
        try await agent.work()
        let ended = try await fleet.store.deploymentDetail(deployment.id, as: "test")
        #expect(ended.deployment.state == .succeeded)
        #expect(ended.gates?.map(\.decidedBy) == ["key:ann"])
        #expect(ended.gates?.map(\.reason) == ["looks good"])
        #expect(try await events(fleet) == ["ApprovalRequested", "ApprovalGiven"])
    }

    @Test("refused, what is after it is not done, and the environment keeps its release")
    func refused() async throws {
        let (fleet, agent) = try await fleet()
        let deployment = try await fleet.deploy("1.0")
        try await agent.work()
        let ended = try await decide(fleet, deployment.id, approves: false, reason: "not on a Friday")
        #expect(ended.state == .cancelled)
        #expect(ended.reason == "step 'go' was refused: key:ann: not on a Friday")
        #expect(try await agent.offers().isEmpty)
        #expect(try await fleet.count("SELECT count(*) AS n FROM environment_release") == 0)
        #expect(try await events(fleet) == ["ApprovalRequested", "ApprovalRefused"])
    }

    @Test("nobody answers in time: it ends like a refusal")
    func timedOut() async throws {
        let (fleet, agent) = try await fleet()
        let deployment = try await fleet.deploy("1.0")
        try await agent.work()
        try await fleet.sweep()
        #expect(
            try await fleet.store.deploymentDetail(deployment.id, as: "test").deployment.state == .running
        )
        _ = try await fleet.store.read { tx in
            try tx.run("UPDATE deployment_gate SET due_at = now() - interval '1 second'")
        }
        try await fleet.sweep()
        let ended = try await fleet.store.deploymentDetail(deployment.id, as: "test")
        #expect(ended.deployment.state == .cancelled)
        #expect(ended.gates?.map(\.state) == [.timedOut])
        #expect(ended.deployment.reason == "step 'go' was not approved: nobody answered in time")
    }

    @Test("what does not wait cannot be approved, a refusal needs a reason, and nobody decides twice")
    func senseless() async throws {
        let (fleet, agent) = try await fleet()
        let deployment = try await fleet.deploy("1.0")
        await #expect(throws: StoreError.self) {
            try await decide(fleet, deployment.id, approves: true)
        }
        try await agent.work()
        await #expect(throws: StoreError.self) {
            try await decide(fleet, deployment.id, approves: false)
        }
        await #expect(throws: StoreError.self) {
            try await decide(fleet, deployment.id, approves: true, step: "install")
        }
        _ = try await decide(fleet, deployment.id, approves: true, step: "go")
        let error = await #expect(throws: StoreError.self) {
            try await decide(fleet, deployment.id, approves: false, reason: "too late")
        }
        #expect("\(try #require(error))".contains("'go' is passed already by key:ann"))
    }

    @Test("a rollout to an empty environment is asked about too")
    func emptyEnvironment() async throws {
        let fleet = try await Fleet()
        try await fleet.release("1.0", process: Self.process())
        let deployment = try await fleet.deploy("1.0")
        #expect(deployment.state == .running)
        #expect(deployment.waitsFor == "go")
        #expect(try await decide(fleet, deployment.id, approves: true).state == .succeeded)
    }

    @Test(
        "what a trigger's deployment makes of a manual step is the step's to say",
        arguments: [("", true), (#","onAutomatic":"skip""#, true), (#","onAutomatic":"run""#, false)]
    )
    func automatic(_ settings: String, goesOn: Bool) async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        try await fleet.release("1.0", process: Self.process(settings))
        let rollout = try await fleet.deploy("1.0")
        _ = try await decide(fleet, rollout.id, approves: true)
        let agent = fleet.agent(try await fleet.machine("web-1"), "web-1")
        try await fleet.scan()
        try await agent.work()
        let next = try await agent.offers().map(\.step.name)
        #expect(next == (goesOn ? ["switch"] : []))
    }

    @Test("a step that arrivals skip is not theirs, and a release of nothing else is not for them")
    func skippedByArrivals() async throws {
        let fleet = try await Fleet()
        try await fleet.trigger()
        let migrate = #"[{"name":"migrate","script":"true","onAutomatic":"skip"}]"#
        try await fleet.release("1.0", process: migrate)
        _ = try await fleet.deploy("1.0")
        let web = try await fleet.machine("web-1")
        try await fleet.scan()
        #expect(try await fleet.agent(web, "web-1").offers().isEmpty)
        #expect(
            try await fleet.texts("SELECT verdict AS t FROM need WHERE machine_id = \(web)")
                == ["noApplicableStep"]
        )
        #expect(try await fleet.deploy("1.0").runCounts == ["running": 1])
    }

    @Test(
        "machines that came since a rollout began join it at a health check, and come first to where the others are"
    )
    func includeNew() async throws {
        let process = """
            [{"name":"install","script":"true"},{"name":"look","healthCheck":{"includeNew":true}},
             {"name":"switch","script":"true"}]
            """
        let (fleet, agent) = try await fleet(process)
        let deployment = try await fleet.deploy("1.0")
        let late = fleet.agent(try await fleet.machine("web-2"), "web-2")
        #expect(try await late.offers().isEmpty)
        try await agent.work()
        #expect(try await agent.offers().isEmpty, "the new one comes first to where it is")
        #expect(try await late.work()?.step.name == "install")
        #expect(try await agent.work()?.step.name == "switch")
        #expect(try await late.work()?.step.name == "switch")
        let ended = try await fleet.store.deploymentDetail(deployment.id, as: "test")
        #expect(ended.runs.map(\.state) == [.succeeded, .succeeded])
        #expect(ended.deployment.state == .succeeded)
        #expect(ended.gates?.map(\.state) == [.passed])
    }
}
