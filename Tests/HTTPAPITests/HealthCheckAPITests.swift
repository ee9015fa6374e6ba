import Cluster
import FleetModel
import FleetStore
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct HealthCheckAPITests {
    @Test("A check is asked for, fetched with the poll, reported, and shown with its machine")
    func life() async throws {
        let fixture = try await APIFixture(pollSeconds: 20)
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let policy = #"""
                {"documents":[{"kind":"MachinePolicy","name":"default",
                 "healthCheck":{"kind":"script","script":"exit 3","warningExitCodes":[3]}}]}
                """#
            #expect(try await client.post("/api/v1/apply", policy).status == 200)
            let connected = try await TestAgent(name: "m1").connect(
                client,
                token: try await client.joinToken("test")
            )
            let agent = client.with(bearer: connected.session)
            let poll = AgentV1.PollRequest(inventory: [], running: [], checks: [])
            let answer: AgentV1.PollResponse = try await agent.post("/agent/v1/poll", poll).decode()
            let check = try #require(answer.check)
            let asked = try await client.post("/api/v1/machines/m1/checks", "{}")
            #expect(asked.status == 201)
            #expect(try asked.decode(HealthCheck.self).id == check.id)
            let path = "/agent/v1/checks/\(check.id)/result"
            let result = AgentV1.CheckResultRequest(
                fence: check.fence,
                exitCode: 3,
                timedOut: false,
                message: "",
                output: "slow\n"
            )
            var stale = result
            stale.fence -= 1
            #expect(try await agent.post(path, stale).problem == "/problems/stale-fence")
            #expect(try await agent.post(path, result).status == 204)
            #expect(try await agent.post(path, result).status == 204)
            #expect(try await client.post(path, result).status == 401)
            let machine: Machine = try await client.get("/api/v1/machines/m1").decode()
            #expect(machine.health == .hasWarnings)
            #expect(machine.lastCheck?.output == "slow\n")
            #expect(machine.lastCheck?.exitCode == 3)
            let one: HealthCheck = try await client.get("/api/v1/machines/m1/checks/\(check.id)").decode()
            #expect(one.state == .concluded)
            let list: APIV1.Page<HealthCheck> = try await client.get("/api/v1/machines/m1/checks").decode()
            #expect(list.items.map(\.id) == [check.id])
            #expect(try await client.get("/api/v1/machines/m1/checks/99").status == 404)
            #expect(try await client.post("/api/v1/machines/none/checks", "{}").status == 404)
        }
    }

    @Test("A check that arises while the agent's poll is held answers it")
    func wakes() async throws {
        let fixture = try await APIFixture(pollSeconds: 60)
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let connected = try await TestAgent(name: "m1").connect(
                client,
                token: try await client.joinToken("test")
            )
            let policy = #"""
                {"documents":[{"kind":"MachinePolicy","name":"default","healthCheck":{"kind":"script","script":"true"}}]}
                """#
            #expect(try await client.post("/api/v1/apply", policy).status == 200)
            let poll = AgentV1.PollRequest(inventory: [], running: [], checks: [])
            async let held = client.with(bearer: connected.session).post("/agent/v1/poll", poll)
            try await eventually("the poll is held") { fixture.work.count == 1 }
            let asked: HealthCheck = try await client.post("/api/v1/machines/m1/checks", "{}").decode()
            fixture.work.fireAll()
            #expect(try await held.decode(AgentV1.PollResponse.self).check?.id == asked.id)
        }
    }
}
