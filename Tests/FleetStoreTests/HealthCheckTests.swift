import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct HealthCheckTests {
    private let fleet: Fleet

    init() async throws {
        fleet = try await Fleet()
    }

    private var store: Store { fleet.store }

    private func policy(
        _ name: String = "spot",
        _ change: (inout MachinePolicy.Values) -> Void = { _ in }
    ) async throws {
        var document = MachinePolicyDocument(name: name)
        document.values.healthCheck.kind = .script
        document.values.healthCheck.script = "true"
        document.values.healthCheck.warningExitCodes = [3]
        change(&document.values)
        _ = try await store.apply([.machinePolicy(document)], by: "key:t")
    }

    private func machine(_ health: MachineHealth = .unknown) async throws -> ID<Machine> {
        let machine = try await fleet.machine("m1", health: health)
        _ = try await store.changeMachine("m1", MachineChange(policy: "spot"), by: "key:t")
        return machine
    }

    private func connect(_ machine: ID<Machine>) async throws -> AgentIdentity {
        try await store.openSession(
            AgentV1.SessionRequest(
                machineID: machine,
                time: Instant(microseconds: 0),
                nonce: "\(Int.random(in: 0...Int.max))-0123456789abcdef",
                bootID: "boot",
                journal: [],
                inventory: [],
                facts: [:],
                signature: ""
            ),
            token: SecretToken(random: .session),
            remote: "test"
        )
    }

    private func poll(_ agent: AgentIdentity, having checks: [ID<HealthCheck>]? = []) async throws -> AgentV1
        .Check?
    {
        let poll = AgentV1.PollRequest(inventory: [], running: [], checks: checks)
        return try await store.work(for: agent, poll: poll).check
    }

    private func report(
        _ check: AgentV1.Check,
        _ agent: AgentIdentity,
        exitCode: Int? = 0,
        timedOut: Bool = false,
        output: String = ""
    ) async throws -> Bool {
        try await store.finishCheck(
            check.id,
            result: AgentV1.CheckResultRequest(
                fence: check.fence,
                exitCode: exitCode,
                timedOut: timedOut,
                message: "it says",
                output: output
            ),
            by: agent
        )
    }

    private func health() async throws -> Machine {
        try #require(try await store.read { try MachineRows.find("m1", in: $0) }).machine
    }

    private func events(_ category: EventCategory) async throws -> [String] {
        try await fleet.texts("SELECT message AS t FROM event WHERE category = \(category) ORDER BY id")
    }

    @Test("Where a script says how a machine is, one that connects stays Unknown until it has said so")
    func connecting() async throws {
        try await policy()
        let agent = try await connect(try await machine())
        #expect(try await health().health == .unknown)
        let check = try #require(try await poll(agent))
        #expect(check.script == "true")
        #expect(try await report(check, agent, output: "fine"))
        let machine = try await health()
        #expect(machine.health == .healthy)
        #expect(machine.lastCheck?.output == "fine")
        #expect(machine.lastCheck?.cause == .connected)
        #expect(try await events(.machineHealthy) == ["machine m1 was found Healthy: the check passed"])
    }

    @Test("A result is taken once, and one under an older fence not at all")
    func fencing() async throws {
        try await policy()
        let agent = try await connect(try await machine())
        let lost = try #require(try await poll(agent))
        #expect(try await poll(agent, having: [lost.id]) == nil)
        let check = try #require(try await poll(agent))
        #expect(check.id == lost.id)
        #expect(try await report(lost, agent, exitCode: 1) == false)
        #expect(try await health().health == .unknown)
        #expect(try await report(check, agent))
        #expect(try await report(check, agent))
        #expect(try await events(.machineHealthy).count == 1)
        let other = try await fleet.machine("m2")
        let stranger = AgentIdentity(machineID: other, name: "m2", epoch: 1)
        await #expect(throws: StoreError.self) { try await report(check, stranger) }
    }

    @Test(
        "Every conclusion is a change of health with its reason",
        arguments: [
            (3, "", MachineHealth.hasWarnings, "the check ended with exit code 3, which means a warning"),
            (1, "", .unhealthy, "the check ended with exit code 1"),
            (0, "##tidemark[error] no disk\n", .unhealthy, "the check says: no disk"),
        ]
    )
    func conclusions(_ code: Int, _ output: String, _ expected: MachineHealth, _ reason: String) async throws
    {
        try await policy()
        let agent = try await connect(try await machine())
        let check = try #require(try await poll(agent))
        _ = try await report(check, agent, exitCode: code, output: output)
        #expect(try await health().health == expected)
        let category: EventCategory = expected == .unhealthy ? .machineUnhealthy : .machineHasWarnings
        #expect(try await events(category) == ["machine m1 was found \(expected.rawValue): \(reason)"])
    }

    @Test("Connecting ends an absence and nothing else: an unhealthy machine stays unhealthy")
    func reconnecting() async throws {
        try await policy()
        let machine = try await machine(.unhealthy)
        let agent = try await connect(machine)
        #expect(try await health().health == .unhealthy)
        try await store.goodbye(agent)
        #expect(try await health().health == .unavailable)
        #expect(try await store.identifyAgent("tms_nothing") == .none)
        _ = try await connect(machine)
        #expect(try await health().health == .unknown)
        #expect(try await events(.machineHealthy).isEmpty)
    }

    @Test("An agent that knows no checks is judged by its connection")
    func oldAgent() async throws {
        try await policy()
        let agent = try await connect(try await machine())
        #expect(try await poll(agent, having: nil) == nil)
        let machine = try await health()
        #expect(machine.health == .healthy)
        #expect(
            machine.lastCheck?.reason == "its agent is connected, and too old to run the script of a check"
        )
    }

    @Test("A check that its agent does not answer makes the machine unhealthy, and says that it failed")
    func unanswered() async throws {
        try await policy()
        let agent = try await connect(try await machine())
        let check = try #require(try await poll(agent))
        try await fleet.sweep()
        #expect(try await health().health == .unknown)
        _ = try await store.database.query("UPDATE health_check SET given_at = now() - interval '1 hour'")
        try await fleet.sweep()
        #expect(try await health().health == .unhealthy)
        #expect(try await events(.machineHealthCheckFailed).count == 1)
        #expect(try await report(check, agent) == false)
    }

    @Test("The next check is due when the policy says, once, and at once when the policy changes")
    func schedule() async throws {
        try await policy { $0.healthCheck.intervalSeconds = 600 }
        let agent = try await connect(try await machine())
        _ = try await report(try #require(try await poll(agent)), agent)
        let soon = try await fleet.count(
            """
            SELECT count(*) AS n FROM health_check_due WHERE due_at BETWEEN now() + interval '500 s' AND now() + interval '601 s'
            """
        )
        #expect(soon == 1)
        try await fleet.sweep()
        #expect(try await poll(agent) == nil)
        try await policy { $0.healthCheck.cron = "0 0 1 1 *" }
        try await fleet.sweep()
        try await fleet.sweep()
        let check = try #require(try await poll(agent))
        #expect(try await fleet.count("SELECT count(*) AS n FROM health_check") == 2)
        _ = try await report(check, agent)
        let newYear = try await fleet.count(
            """
            SELECT count(*) AS n FROM health_check_due
            WHERE due_at = date_trunc('year', now() AT TIME ZONE 'UTC' + interval '1 year') AT TIME ZONE 'UTC'
            """
        )
        #expect(newYear == 1)
    }

    @Test("A policy that goes back to connections makes its connected machines healthy")
    func backToConnection() async throws {
        try await policy()
        let agent = try await connect(try await machine())
        _ = try await report(try #require(try await poll(agent)), agent, exitCode: 1)
        #expect(try await health().health == .unhealthy)
        try await policy { $0.healthCheck.kind = .connection }
        try await fleet.sweep()
        #expect(try await health().health == .healthy)
        #expect(try await fleet.count("SELECT count(*) AS n FROM health_check_due") == 0)
    }

    private func request() async throws -> HealthCheck {
        try await store.unitOfWork(by: "key:t") { tx, changes in
            try HealthCheckRequest.run("m1", by: "key:t", in: tx, &changes)
        }
    }

    @Test("Somebody who asks joins a check that is open; of a machine that is away he hears that at once")
    func onDemand() async throws {
        try await policy()
        let machine = try await machine()
        let absent = try await request()
        #expect(absent.health == .unavailable)
        #expect(absent.state == .concluded)
        let agent = try await connect(machine)
        let check = try #require(try await poll(agent))
        #expect(try await request().id == check.id)
        _ = try await report(check, agent)
        #expect(try await request().id > check.id)
        #expect(try await events(.machineHealthCheckRequested).count == 3)
        try await store.goodbye(agent)
        try await fleet.sweep()
        #expect(
            try await fleet.count("SELECT count(*) AS n FROM health_check WHERE state <> 'concluded'") == 0
        )
        #expect(try await health().health == .unavailable)
    }

    @Test("The first step waits for a fresh check where the policy says so", arguments: [0, 1])
    func beforeDeployment(_ exitCode: Int) async throws {
        try await policy { $0.healthCheck.beforeDeployment = true }
        let machine = try await machine(.healthy)
        let agent = try await connect(machine)
        _ = try await report(try #require(try await poll(agent)), agent)
        try await fleet.release("1.0")
        let deployment = try await fleet.deploy("1.0")
        let worker = fleet.agent(machine, "m1", epoch: agent.epoch)
        #expect(try await worker.offers().isEmpty)
        let check = try #require(try await poll(agent))
        try await fleet.sweep()
        #expect(try await worker.offers().isEmpty)
        #expect(try await fleet.count("SELECT count(*) AS n FROM health_check") == 2)
        _ = try await report(check, agent, exitCode: exitCode)
        #expect(try await worker.offers().count == (exitCode == 0 ? 1 : 0))
        let run = try await fleet.texts("SELECT state AS t FROM run WHERE deployment_id = \(deployment.id)")
        #expect(run == [exitCode == 0 ? "running" : "skipped"])
    }

    @Test("A step keeps as many releases as it says, and no more than the machine's policy")
    func keepReleases() async throws {
        try await policy { values in
            values.keepReleases = 2
            values.healthCheck.kind = .connection
        }
        let machine = try await machine(.healthy)
        let agent = try await connect(machine)
        try await fleet.release(
            "1.0",
            process: """
                [{"name":"a","package":{"name":"a","sha256":"x","version":"1","keep":5,"checkTimeoutSeconds":60}}]
                """
        )
        _ = try await fleet.deploy("1.0")
        let step = try #require(try await fleet.agent(machine, "m1", epoch: agent.epoch).offers().first?.step)
        guard case .package(let install) = step.action else {
            Issue.record("no package step: \(step)")
            return
        }
        #expect(install.keep == 2)
    }

    @Test("What a check wrote is kept within bounds, beginning and end, and only the last checks stay")
    func bounds() async throws {
        try await policy()
        let agent = try await connect(try await machine())
        let long = "begin\0" + String(repeating: "é", count: 30_000) + "end"
        for number in 0..<22 {
            if number > 0 { _ = try await request() }
            let check = try #require(try await poll(agent))
            _ = try await report(check, agent, output: long)
        }
        let output = try #require(try await health().lastCheck?.output)
        #expect(output.utf8.count <= 4096)
        #expect(output.hasPrefix("begin\u{FFFD}é"))
        #expect(output.hasSuffix("éend"))
        #expect(try await fleet.count("SELECT count(*) AS n FROM health_check") == 20)
    }
}
