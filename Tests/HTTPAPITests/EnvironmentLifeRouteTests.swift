import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct EnvironmentLifeRouteTests {
    @Test("An ephemeral environment is made once for a key, extended, protected and deleted")
    func life() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging")
            let order = #"{"name":"review-1","from":"staging","expiresInSeconds":14400}"#
            let key: HTTPFields = [.idempotencyKey: "k1"]
            let created = try await client.post("/api/v1/environments", order, headers: key)
            #expect(created.status == 201)
            let again = try await client.post("/api/v1/environments", order, headers: key)
            #expect(again.text == created.text)
            #expect(try await client.post("/api/v1/environments", order).problem == "/problems/conflict")
            let before: Environment = try created.decode()
            let extended: Environment = try await client.post(
                "/api/v1/environments/review-1/extend",
                #"{"bySeconds":7200}"#
            ).decode()
            #expect(
                extended.ephemeral?.expiresAt == before.ephemeral?.expiresAt.adding(seconds: 7200)
            )
            let protected: Environment = try await client.post(
                "/api/v1/environments/review-1/protect",
                #"{"protected":true}"#
            ).decode()
            #expect(protected.ephemeral?.protected == true)
            #expect(try await client.send(.delete, "/api/v1/environments/review-1").status == 204)
            #expect(try await client.get("/api/v1/environments/review-1").status == 404)
            #expect(try await client.post("/api/v1/environments", order).status == 201, "its name is free")
        }
        #expect(try await fixture.events(.environmentDeleted) == 1)
    }

    @Test("What cannot be made says which field is wrong, and a static one does not end by itself")
    func faults() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging")
            let bad = try await client.post(
                "/api/v1/environments",
                #"{"name":"Bad Name","from":"staging","expiresInSeconds":1,"idleLimitSeconds":1}"#
            )
            #expect(bad.status == 422)
            #expect(bad.faults == ["name", "expiresInSeconds", "idleLimitSeconds"])
            let nowhere = try await client.post(
                "/api/v1/environments",
                #"{"name":"review-1","from":"nowhere","expiresInSeconds":3600}"#
            )
            #expect(nowhere.faults == ["from"])
            #expect(
                try await client.get("/api/v1/environments/review-1").status == 404,
                "nothing is left of it"
            )
            let extend = try await client.post("/api/v1/environments/staging/extend", #"{"bySeconds":7200}"#)
            #expect(extend.problem == "/problems/conflict")
        }
    }

    @Test(
        "The same in a document: made once, its settings may change, and a static one is not made ephemeral"
    )
    func document() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging")
            func apply(_ settings: String) async throws -> APIClient.Answer {
                try await client.post(
                    "/api/v1/apply",
                    #"{"documents":[{"kind":"Environment","name":"review-1","ephemeral":{"from":"staging",\#(settings)}}]}"#
                )
            }
            func action(_ answer: APIClient.Answer) throws -> String? {
                try answer.decode(APIV1.ApplyResponse.self).applied.first?.action
            }
            #expect(try action(try await apply(#""expiresIn":"4h""#)) == "created")
            #expect(try action(try await apply(#""expiresIn":"4h""#)) == "unchanged")
            #expect(try action(try await apply(#""expiresIn":"4h","idleLimit":"1h""#)) == "changed")
            let made: Environment = try await client.get("/api/v1/environments/review-1").decode()
            #expect(made.ephemeral?.idleLimitSeconds == 3600)
            let refused = try await client.post(
                "/api/v1/apply",
                #"{"documents":[{"kind":"Environment","name":"staging","ephemeral":{"from":"review-1","expiresIn":"1h"}}]}"#
            )
            #expect(refused.faults == ["documents[0].ephemeral"])
        }
    }

    @Test("Cleanup is looked at ahead; what is not held or expired is not let go or restored")
    func cleanup() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let token = try await client.joinToken("test")
            _ = try await TestAgent(name: "m1").connect(client, token: token)
            let preview: CleanupPreview = try await client.get(
                "/api/v1/machine-policies/default/cleanup?hours=48"
            ).decode()
            #expect(preview.machines == 1 && preview.unavailable.isEmpty && !preview.deleteUnavailable)
            let long = try await client.get("/api/v1/machine-policies/default/cleanup?hours=721")
            #expect(long.status == 400)
            #expect(try await client.get("/api/v1/machine-policies/none/cleanup").status == 404)
            let allow = try await client.post("/api/v1/machine-policies/default/allow-cleanup", "{}")
            #expect(allow.problem == "/problems/conflict")
            let restore = try await client.post("/api/v1/machines/m1/restore", "{}")
            #expect(restore.problem == "/problems/conflict")
        }
    }
}
