import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct PastRouteTests {
    private static let trigger =
        #"{"kind":"Trigger","project":"shop","name":"t","eventGroups":["MachineAvailableForDeployment"]}"#

    @Test("E2: a preview is answered whole, and bad ones say what is wrong and where")
    func preview() async throws {
        try await APIFixture().run { client in
            try await client.applyEnvironments("test")
            let project = #"{"kind":"Project","name":"shop","process":[{"name":"s","script":"true"}]}"#
            _ = try await client.post("/api/v1/apply", #"{"documents":[\#(project)]}"#)
            let token = try await client.joinToken("test")
            _ = try await TestAgent(name: "m1").connect(client, token: token)
            let path = "/api/v1/triggers/preview"
            let answer = try await client.post(
                path,
                #"{"documents":[\#(Self.trigger)],"sinceSeconds":3600}"#
            )
            #expect(answer.status == 200)
            let preview: TriggerPreview = try answer.decode()
            #expect(preview.triggers.map(\.machineCount) == [1])
            #expect(preview.triggers[0].machines.map(\.verdict) == ["nothingDeployedYet"])
            #expect(preview.windowSeconds == 15)
            let none = try await client.post(path, #"{"documents":[],"sinceSeconds":0,"windowSeconds":0}"#)
            #expect(none.status == 422)
            #expect(none.faults == ["documents", "sinceSeconds", "windowSeconds"])
            let other = #"{"documents":[{"kind":"Environment","name":"x"}],"sinceSeconds":60}"#
            let kind = try await client.post(path, other)
            #expect(kind.status == 422 && kind.faults == ["documents[0].kind"])
        }
    }

    @Test("E3: a machine's history takes a time, refuses what is none, and is told of the deleted")
    func history() async throws {
        try await APIFixture().run { client in
            try await client.applyEnvironments("test")
            let token = try await client.joinToken("test")
            _ = try await TestAgent(name: "m1").connect(client, token: token)
            _ = try await client.send(.delete, "/api/v1/machines/m1")
            let history: MachineHistory = try await client.get("/api/v1/machines/m1/history").decode()
            #expect(history.presence == .deleted)
            #expect(history.entries.map { $0.what.prefix { $0 != ":" } }.contains("MachineDeleted"))
            let before: MachineHistory = try await client.get(
                "/api/v1/machines/m1/history?at=2020-01-02T03:04:05%2B01:00"
            ).decode()
            #expect(before.presence == .notJoinedYet && before.entries.isEmpty)
            let bad = try await client.get("/api/v1/machines/m1/history?at=yesterday")
            #expect(bad.status == 400 && bad.faults == ["query.at"])
            #expect(try await client.get("/api/v1/machines/m9/history").status == 404)
        }
    }
}
