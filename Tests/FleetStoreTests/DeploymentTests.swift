import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct DeploymentTests {
    private static let twoSteps = """
        [{"name":"first","script":"true","maxParallel":2},{"name":"second","script":"true","idempotent":true}]
        """

    private func fleet(machines: Int, process: String = twoSteps) async throws -> (Fleet, [TestAgent]) {
        let fleet = try await Fleet()
        try await fleet.release("1.0", process: process)
        var agents: [TestAgent] = []
        for number in 1...machines {
            let name = "web-\(number)"
            agents.append(fleet.agent(try await fleet.machine(name), name))
        }
        return (fleet, agents)
    }

    @Test("steps go in order, and machines in parallel within the step's window")
    func window() async throws {
        let (fleet, agents) = try await fleet(machines: 5)
        let deployment = try await fleet.deploy("1.0")
        var rounds: [[String]] = []
        while true {
            var given: [(TestAgent, AgentV1.Assignment)] = []
            for agent in agents {
                for offer in try await agent.offers() { given.append((agent, offer)) }
            }
            if given.isEmpty { break }
            rounds.append(given.map { "\($0.0.identity.name) \($0.1.step.name)" })
            for (agent, offer) in given {
                try await agent.accept(offer)
                try await agent.finish(offer)
            }
        }
        #expect(rounds.map(\.count) == [2, 2, 1, 5])
        #expect(rounds[3].allSatisfy { $0.hasSuffix("second") })
        #expect(
            try await fleet.store.deploymentDetail(deployment.id, as: "test").deployment.state == .succeeded
        )
    }

    @Test("a result sent again is taken once, and one under an old fence is refused")
    func repeatedResults() async throws {
        let (fleet, agents) = try await fleet(machines: 1)
        _ = try await fleet.deploy("1.0")
        let offer = try #require(try await agents[0].offers().first)
        try await agents[0].accept(offer)
        #expect(try await agents[0].finish(offer))
        #expect(try await agents[0].finish(offer))
        var stale = offer
        stale.fence -= 1
        #expect(try await agents[0].finish(stale) == false)
        #expect(try await fleet.count("SELECT count(*) AS n FROM step_run WHERE state = 'succeeded'") == 1)
    }

    @Test("a step can be accepted once, by the machine it was offered to")
    func accepting() async throws {
        let (fleet, agents) = try await fleet(machines: 2)
        _ = try await fleet.deploy("1.0")
        let offer = try #require(try await agents[0].offers().first)
        await #expect(throws: StoreError.self) { try await agents[1].accept(offer) }
        try await agents[0].accept(offer)
        try await agents[0].accept(offer)
        let restarted = TestAgent(
            store: fleet.store,
            identity: AgentIdentity(machineID: agents[0].identity.machineID, name: "web-1", epoch: 2)
        )
        await #expect(throws: StoreError.self) { try await restarted.accept(offer) }
    }

    @Test("B4 a step that the agent's journal does not know was never started, and is given out again")
    func acceptedNeverStarted() async throws {
        let (fleet, agents) = try await fleet(machines: 1)
        let deployment = try await fleet.deploy("1.0")
        let offer = try #require(try await agents[0].offers().first)
        try await agents[0].accept(offer)
        let machine = agents[0].identity.machineID
        try await fleet.store.unitOfWork(by: "test") { tx, changes in
            try AgentWork.sessionOpened(
                machine: machine,
                epoch: 2,
                journal: [],
                inventory: [],
                in: tx,
                &changes
            )
        }
        try await fleet.store.advance([deployment.id])
        let again = try #require(try await fleet.agent(machine, "web-1", epoch: 2).offers().first)
        #expect(again.stepRunID == offer.stepRunID)
        #expect(again.fence == offer.fence + 1)
    }

    @Test("B4 a step whose agent went silent is unknown, and only an idempotent one is given out again")
    func silentAgent() async throws {
        let (fleet, agents) = try await fleet(machines: 1)
        let deployment = try await fleet.deploy("1.0")
        let first = try #require(try await agents[0].offers().first)
        try await agents[0].accept(first)
        try await fleet.health(.unavailable, of: agents[0].identity.machineID)
        try await fleet.sweep()
        let detail = try await fleet.store.deploymentDetail(deployment.id, as: "test")
        #expect(detail.runs.map(\.state) == [.unknown])
        #expect(detail.runs[0].steps.map(\.state) == [.unknown, .skipped])
        #expect(detail.deployment.state == .failed)
        let events = try await fleet.count(
            "SELECT count(*) AS n FROM event WHERE category = 'StepOutcomeUnknown'"
        )
        #expect(events == 1)
    }

    @Test("cancelling stops what runs, and does not begin what has not begun")
    func cancelling() async throws {
        let (fleet, agents) = try await fleet(machines: 3)
        let deployment = try await fleet.deploy("1.0")
        let running = try #require(try await agents[0].offers().first)
        try await agents[0].accept(running)
        let cancelled = try await fleet.store.unitOfWork(by: "key:test") { tx, changes in
            try DeploymentCommands.cancel(deployment.id, in: tx, &changes)
        }
        #expect(cancelled.state == .running)
        let told = try await fleet.store.waitingWork(for: agents[0].identity, running: [running.stepRunID])
        #expect(told.cancellations == [running.stepRunID])
        #expect(try await agents[1].offers().isEmpty)
        try await agents[0].finish(running, .cancelled)
        let ended = try await fleet.store.deploymentDetail(deployment.id, as: "test")
        #expect(ended.deployment.state == .cancelled)
        #expect(ended.runs.map(\.state) == [.cancelled, .cancelled, .cancelled])
    }

    @Test("a second rollout to the same place is refused by name while the first is under way")
    func oneRollout() async throws {
        let (fleet, _) = try await fleet(machines: 1)
        let first = try await fleet.deploy("1.0")
        let error = await #expect(throws: StoreError.self) { try await fleet.deploy("1.0") }
        #expect("\(try #require(error))".contains("deployment \(first.id) of shop to production"))
    }

    @Test("a machine has one step in hand at a time, whatever is deployed to it")
    func oneStepInHand() async throws {
        let (fleet, agents) = try await fleet(machines: 1)
        let rollout = try await fleet.deploy("1.0")
        let selected = try await fleet.deploy("1.0", to: ["web-1"])
        #expect(try await agents[0].offers().map(\.deploymentID) == [rollout.id])
        while try await agents[0].work() != nil {}
        let states = try await [rollout.id, selected.id].asyncMap {
            try await fleet.store.deploymentDetail($0, as: "test").deployment.state
        }
        #expect(states == [.succeeded, .succeeded])
    }

    @Test("what the agent did not prove is never recorded as actual")
    func onlyProofCounts() async throws {
        let (fleet, agents) = try await fleet(machines: 1, process: Fleet.script)
        _ = try await fleet.deploy("1.0")
        let offer = try #require(try await agents[0].offers().first)
        try await agents[0].accept(offer)
        try await agents[0].finish(offer, .succeeded, inventory: [])
        #expect(
            try await fleet.count(
                "SELECT count(*) AS n FROM machine_release WHERE actual_release_id IS NOT NULL"
            ) == 0
        )
    }

    @Test("log pieces are stored once and without gaps")
    func logs() async throws {
        let (fleet, agents) = try await fleet(machines: 1)
        let deployment = try await fleet.deploy("1.0")
        let offer = try #require(try await agents[0].offers().first)
        try await agents[0].accept(offer)
        func send(_ text: String, at offset: Int64, fence: Int64) async throws -> LogAppend {
            try await fleet.store.appendLog(
                offer.stepRunID,
                fence: fence,
                offset: offset,
                data: Array(text.utf8),
                by: agents[0].identity
            )
        }
        #expect(try await send("hello ", at: 0, fence: offer.fence) == .appended(length: 6))
        #expect(try await send("hello ", at: 0, fence: offer.fence) == .appended(length: 6))
        #expect(try await send("gap", at: 9, fence: offer.fence) == .offsetMismatch(length: 6))
        #expect(try await send("far", at: .max, fence: offer.fence) == .offsetMismatch(length: 6))
        #expect(try await send("world", at: 6, fence: offer.fence) == .appended(length: 11))
        #expect(try await send("x", at: 11, fence: offer.fence + 1) == .staleFence)
        let log = try #require(
            try await fleet.store.stepLogs(of: deployment.id, machine: nil, step: nil, as: "test").first
        )
        #expect(log.length == 11)
        let bytes = try await fleet.store.logBytes(of: log.id, from: 0)
        #expect(String(decoding: bytes, as: UTF8.self).hasPrefix("hello"))
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
