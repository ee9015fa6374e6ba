import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct MachinePolicyTests {
    private static let spot = #"""
        {"documents":[{"kind":"MachinePolicy","name":"spot","keepReleases":2,
         "healthCheck":{"kind":"script","script":"true","interval":"5m"}}]}
        """#

    @Test("A policy is applied, listed, shown with what it inherits, and deleted, each with its event")
    func life() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            #expect(try await client.post("/api/v1/apply", Self.spot).status == 200)
            let list: APIV1.Page<MachinePolicy> = try await client.get("/api/v1/machine-policies").decode()
            #expect(list.items.map(\.name) == ["default", "spot"])
            let spot: MachinePolicy = try await client.get("/api/v1/machine-policies/spot").decode()
            #expect(spot.own.healthCheck.intervalSeconds == 300)
            #expect(spot.own.healthCheck.timeoutSeconds == nil)
            #expect(spot.inForce.healthCheck.timeoutSeconds == 60)
            let changed = Self.spot.replacing("5m", with: "6m")
            #expect(try await client.post("/api/v1/apply", changed).status == 200)
            #expect(try await client.send(.delete, "/api/v1/machine-policies/spot").status == 204)
            #expect(try await client.get("/api/v1/machine-policies/spot").status == 404)
            #expect(try await client.send(.delete, "/api/v1/machine-policies/default").status == 409)
            let events: [EventCategory] = [
                .machinePolicyCreated, .machinePolicyModified, .machinePolicyDeleted,
            ]
            for event in events { #expect(try await fixture.events(event) == 1) }
        }
    }

    @Test("A machine has the policy of the token that it joined with, whatever it says itself")
    func joining() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.spot)
            _ = try await client.post(
                "/api/v1/apply",
                #"{"documents":[{"kind":"Environment","name":"lab"}]}"#
            )
            let body = #"{"environment":"lab","roles":["web"],"policy":"spot","ephemeral":true}"#
            let token: APIV1.Token = try await client.post("/api/v1/tokens", body).decode()
            #expect(token.policy == "spot")
            #expect(token.ephemeral == true)
            _ = try await TestAgent(name: "m1").connect(client, token: try #require(token.token))
            let machine: Machine = try await client.get("/api/v1/machines/m1").decode()
            #expect(machine.policy == "spot")
            #expect(machine.ephemeral == true)
            #expect(try await client.send(.delete, "/api/v1/machine-policies/spot").status == 409)
            let unknown = body.replacing("spot", with: "none")
            #expect(try await client.post("/api/v1/tokens", unknown).faults == ["policy"])
        }
    }
}
