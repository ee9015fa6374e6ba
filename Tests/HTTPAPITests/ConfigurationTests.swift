import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct ConfigurationTests {
    private static let shop = #"""
        {"documents":[
          {"kind":"Environment","name":"production"},
          {"kind":"Project","name":"shop","variables":{"PORT":"8080"},
           "process":[{"name":"hello","script":"echo hello","roles":["web"]}]},
          {"kind":"Trigger","project":"shop","name":"arrivals","eventGroups":["MachineAvailableForDeployment"],
           "environments":["production"],"batch":{"quiet":"2s"}}]}
        """#

    private func actions(_ answer: APIClient.Answer) throws -> [String] {
        try answer.decode(APIV1.ApplyResponse.self).applied.map { "\($0.kind) \($0.name) \($0.action)" }
    }

    @Test("Applying the same documents again changes nothing and writes no event")
    func applyIsIdempotent() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let first = try await client.post("/api/v1/apply", Self.shop)
            #expect(
                try actions(first) == [
                    "Environment production created", "Project shop created", "Trigger shop/arrivals created",
                ]
            )
            let events = try await fixture.count("SELECT count(*) AS count FROM event")
            let second = try await client.post("/api/v1/apply", Self.shop)
            #expect(try actions(second).allSatisfy { $0.hasSuffix("unchanged") })
            #expect(try await fixture.count("SELECT count(*) AS count FROM event") == events)
            let trigger: APIV1.Page<Trigger> = try await client.get("/api/v1/triggers?project=shop").decode()
            #expect(trigger.items.map(\.environments) == [["production"]])
            #expect(trigger.items.map(\.batch.quietSeconds) == [2])
        }
    }

    @Test("A change of a trigger's environments alone is a change")
    func environmentsOfTrigger() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.shop)
            let everywhere = Self.shop.replacing(#""environments":["production"],"#, with: "")
            #expect(
                try actions(try await client.post("/api/v1/apply", everywhere)).last
                    == "Trigger shop/arrivals changed"
            )
            #expect(try await fixture.events(.triggerModified) == 1)
        }
    }

    @Test("Variables of an environment are a change, are shown, and are frozen with a release")
    func environmentVariables() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.shop)
            let special = ["production": ["PORT": "80"]]
            let changed = Self.shop.replacing(
                #""variables":{"PORT":"8080"},"#,
                with: #""variables":{"PORT":"8080"},"environmentVariables":{"production":{"PORT":"80"}},"#
            )
            let answer = try await client.post("/api/v1/apply", changed)
            #expect(try actions(answer).dropFirst().first == "Project shop changed")
            let again = try await client.post("/api/v1/apply", changed)
            #expect(try actions(again).allSatisfy { $0.hasSuffix("unchanged") })
            let project: Project = try await client.get("/api/v1/projects/shop").decode()
            #expect(project.variables == ["PORT": "8080"])
            #expect(project.environmentVariables == special)
            _ = try await client.post("/api/v1/projects/shop/releases", #"{"version":"1.0"}"#)
            _ = try await client.post("/api/v1/apply", Self.shop)
            let release: Release = try await client.get("/api/v1/projects/shop/releases/1.0").decode()
            #expect(release.environmentVariables == special)
        }
    }

    @Test("One bad reference and nothing is applied; every bad one is named")
    func allOrNothing() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let answer = try await client.post(
                "/api/v1/apply",
                #"""
                {"documents":[{"kind":"Environment","name":"staging"},
                 {"kind":"Trigger","project":"none","name":"t","eventGroups":["Machine"],"environments":["staging","gone"]}]}
                """#
            )
            #expect(answer.status == 422)
            #expect(answer.faults == ["documents[1].project", "documents[1].environments[1]"])
            #expect(try await client.get("/api/v1/environments/staging").status == 404)
            #expect(try await fixture.events(.environmentCreated) == 0)
        }
    }

    @Test("A dry run says what would be done and does nothing")
    func dryRun() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let answer = try await client.post("/api/v1/apply?dryRun=true", Self.shop)
            #expect(try actions(answer).first == "Environment production created")
            #expect(try await client.get("/api/v1/projects/shop").status == 404)
        }
    }

    @Test("Deleting a trigger is an event, and deleting it again is 404")
    func deleteTrigger() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.shop)
            #expect(try await client.send(.delete, "/api/v1/triggers/shop/arrivals").status == 204)
            #expect(try await client.send(.delete, "/api/v1/triggers/shop/arrivals").status == 404)
            #expect(try await fixture.events(.triggerDeleted) == 1)
        }
    }

    @Test("Pages follow one another without gap or repetition, and a cursor serves its own list only")
    func pages() async throws {
        try await APIFixture().run { client in
            try await client.applyEnvironments("a", "b", "c", "d", "e")
            var names: [String] = []
            var cursor: String?
            var cursors: [String] = []
            repeat {
                let path = "/api/v1/environments?limit=2" + (cursor.map { "&cursor=\($0)" } ?? "")
                let page: APIV1.Page<FleetModel.Environment> = try await client.get(path).decode()
                names += page.items.map(\.name)
                cursor = page.nextCursor
                if let cursor { cursors.append(cursor) }
            } while cursor != nil
            #expect(names == ["a", "b", "c", "d", "e"])
            #expect(cursors.count == 2)
            #expect(try await client.get("/api/v1/projects?cursor=\(cursors[0])").status == 400)
        }
    }
}
