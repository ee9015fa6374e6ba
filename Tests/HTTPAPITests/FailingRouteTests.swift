import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct FailingRouteTests {
    private static let shop = #"""
        {"documents":[
          {"kind":"Environment","name":"production"},
          {"kind":"Project","name":"shop","circuit":{"count":5,"fallBack":false},
           "process":[{"name":"hello","script":"echo hello"}]},
          {"kind":"Trigger","project":"shop","name":"arrivals","eventGroups":["MachineAvailableForDeployment"],
           "retry":{"attempts":5,"backoff":"10s","longest":"1m"}}]}
        """#

    /// A machine with a quarantine, and an environment with an open circuit.
    private func failing(_ fixture: APIFixture, _ client: APIClient) async throws {
        _ = try await client.post("/api/v1/apply", Self.shop)
        _ = try await client.post("/api/v1/projects/shop/releases", #"{"version":"1.0"}"#)
        let token = try await client.joinToken("production")
        _ = try await TestAgent(name: "m1").connect(client, token: token)
        _ = try await fixture.store.database.query(
            """
            WITH q AS (INSERT INTO machine_quarantine (machine_id, project_id, release_id, attempts, reason)
                       SELECT m.id, r.project_id, r.id, 5, 'no space left' FROM machine m, release r RETURNING 1)
            INSERT INTO release_circuit (project_id, environment_id, release_id, failed, tried)
            SELECT r.project_id, e.id, r.id, 5, 6 FROM environment e, release r
            """
        )
    }

    @Test(
        "What a document says of retries and circuits is what is shown of them, and changing it is a change"
    )
    func settings() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.shop)
            let project: Project = try await client.get("/api/v1/projects/shop").decode()
            #expect(project.circuit == .init(count: 5, sharePercent: 50, fallBack: false))
            let triggers: APIV1.Page<Trigger> = try await client.get("/api/v1/triggers").decode()
            #expect(
                triggers.items.map(\.retry) == [.init(attempts: 5, backoffSeconds: 10, longestSeconds: 60)]
            )
            let other = Self.shop.replacing(#""attempts":5"#, with: #""attempts":6"#)
                .replacing(#""count":5"#, with: #""count":6"#)
            let answer: APIV1.ApplyResponse = try await client.post("/api/v1/apply", other).decode()
            #expect(answer.applied.map(\.action) == ["unchanged", "changed", "changed"])
        }
    }

    @Test("B1 a quarantine is listed and explained, released once with a reason, and then listed as past")
    func quarantine() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await failing(fixture, client)
            let listed: APIV1.Page<Quarantine> = try await client.get("/api/v1/quarantines?machine=m1")
                .decode()
            let found = try #require(listed.items.first)
            #expect(found.machine == "m1" && found.release == "1.0" && found.reason == "no space left")
            let explained: Explanation = try await client.get("/api/v1/machines/m1/explain?project=shop")
                .decode()
            #expect(explained.projects.first?.attempts?.quarantine == found)
            let path = "/api/v1/quarantines/\(found.id)/release"
            let silent = try await client.post(path, #"{"reason":""}"#)
            #expect(silent.status == 422 && silent.faults == ["reason"])
            let released: Quarantine = try await client.post(path, #"{"reason":"a larger disk"}"#).decode()
            #expect(released.releasedBy == "key:tester" && released.releaseReason == "a larger disk")
            #expect(try await fixture.events(.machineQuarantineReleased) == 1)
            #expect(try await client.post(path, #"{"reason":"again"}"#).problem == "/problems/conflict")
            let left: APIV1.Page<Quarantine> = try await client.get("/api/v1/quarantines").decode()
            #expect(left.items.isEmpty)
            let past: APIV1.Page<Quarantine> = try await client.get("/api/v1/quarantines?past=true").decode()
            #expect(past.items == [released])
            #expect(try await client.post("/api/v1/quarantines/99/release", #"{"reason":"x"}"#).status == 404)
        }
    }

    @Test("B2 a circuit is listed, and closed once with a reason; the quarantines of its release end with it")
    func circuit() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await failing(fixture, client)
            let listed: APIV1.Page<Circuit> = try await client.get("/api/v1/circuits?environment=production")
                .decode()
            let found = try #require(listed.items.first)
            #expect(found.failed == 5 && found.tried == 6 && found.fallback == nil)
            let path = "/api/v1/circuits/\(found.id)/close"
            let closed: Circuit = try await client.post(path, #"{"reason":"the feed is back"}"#).decode()
            #expect(closed.closedBy == "key:tester" && closed.closeReason == "the feed is back")
            #expect(try await fixture.events(.circuitClosed) == 1)
            #expect(try await fixture.events(.machineQuarantineReleased) == 1)
            #expect(try await client.post(path, #"{"reason":"again"}"#).problem == "/problems/conflict")
            let left: APIV1.Page<Circuit> = try await client.get("/api/v1/circuits").decode()
            #expect(left.items.isEmpty)
            #expect(try await client.post("/api/v1/circuits/99/close", #"{"reason":"x"}"#).status == 404)
        }
    }
}
