import FleetModel
import FleetStore
import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI

/// Secrets through the real router: who may set and see them.
@Suite(.migratedSchema)
struct SecretRouteTests {
    static let value = "hunter2hunter2"
    static let path = "/api/v1/projects/shop/secrets"
    static let documents = #"""
        {"documents":[
          {"kind":"Environment","name":"production"},{"kind":"Environment","name":"staging"},
          {"kind":"Project","name":"shop","process":[{"name":"hello","script":"echo hello"}]}]}
        """#

    static func keys(_ byte: UInt8 = 1) throws -> SecretKeyRing {
        try SecretKeyRing(Data(repeating: byte, count: 32).base64EncodedString())
    }

    @Test("A secret is set, listed without its value, set again and deleted")
    func wholeLife() async throws {
        try await APIFixture(secretKeys: Self.keys()).run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let made = try await client.setSecret("\(Self.path)/TOKEN", Self.value)
            #expect(made.status == 200)
            #expect(made.headers[.cacheControl] == "no-store")
            let secret: Secret = try made.decode()
            #expect(secret.version == 1 && secret.environment == nil && secret.setBy == "key:tester")
            let other = try await client.setSecret("\(Self.path)/TOKEN?environment=production", Self.value)
            #expect(try other.decode(Secret.self).environment == "production")
            let again = try await client.setSecret("\(Self.path)/TOKEN", Self.value)
            #expect(try again.decode(Secret.self).version == 2)
            _ = try await client.setSecret("\(Self.path)/A_KEY?environment=staging", Self.value)
            var rows: [Secret] = []
            var cursor: String?
            repeat {
                let page: APIV1.Page<Secret> = try await client.get(
                    "\(Self.path)?limit=1" + (cursor.map { "&cursor=\($0)" } ?? "")
                ).decode()
                rows += page.items
                cursor = page.nextCursor
            } while cursor != nil && rows.count < 10
            #expect(
                rows.map { "\($0.name) \($0.environment ?? "-") \($0.version)" } == [
                    "A_KEY staging 1", "TOKEN - 2", "TOKEN production 1",
                ]
            )
            #expect(try await client.send(.delete, "\(Self.path)/TOKEN").status == 204)
            #expect(try await client.send(.delete, "\(Self.path)/TOKEN").status == 404)
            #expect(
                try await client.send(.delete, "\(Self.path)/TOKEN?environment=production").status == 204
            )
            let unknown = try await client.setSecret("/api/v1/projects/none/secrets/TOKEN", Self.value)
            #expect(unknown.status == 404)
            let nowhere = try await client.setSecret("\(Self.path)/TOKEN?environment=none", Self.value)
            #expect(nowhere.status == 404)
        }
    }

    @Test(
        "What cannot be a secret is refused by field, and the value is not said again",
        arguments: [
            ("TIDEMARK_X", #"{"value":"hunter2hunter2"}"#, 422, ["name"]),
            ("A%20B", #"{"value":"hunter2hunter2"}"#, 422, ["name"]),
            ("TOKEN", #"{"value":"hunter2"}"#, 422, ["value"]),
            ("TOKEN", #"{"value":"hunter2\u0000hunter2"}"#, 422, ["value"]),
            ("TOKEN", #"{"value":["hunter2hunter2"]}"#, 400, ["body.value"]),
            ("TOKEN", #"{"value":"hunter2hunter2"#, 400, ["body"]),
            ("TOKEN", #""hunter2hunter2""#, 400, ["body"]),
            ("TOKEN", #"{"value":"hunter2hunter2","extra":"hunter2hunter2"}"#, 422, ["extra"]),
        ]
    )
    func refused(_ name: String, _ body: String, _ status: Int, _ fields: [String]) async throws {
        try await APIFixture(secretKeys: Self.keys()).run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let answer = try await client.send(.put, "\(Self.path)/\(name)", bytes: Array(body.utf8))
            #expect(answer.status == status)
            #expect(answer.faults == fields)
            #expect(!answer.text.contains("hunter2"), "\(answer.text)")
        }
    }

    @Test("A node without keys answers with a problem that says what to do")
    func withoutKeys() async throws {
        try await APIFixture().run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            let answer = try await client.setSecret("\(Self.path)/TOKEN", Self.value)
            #expect(answer.status == 503)
            #expect(answer.problem == "/problems/secrets-unavailable")
            #expect(answer.text.contains("TIDEMARK_SECRETS_KEY_FILE"))
            let list: APIV1.Page<Secret> = try await client.get(Self.path).decode()
            #expect(list.items.isEmpty)
        }
    }

    @Test(
        "Who may configure a project in one environment sets its secrets there, and neither elsewhere nor for every one"
    )
    func rights() async throws {
        let fixture = try await APIFixture(secretKeys: Self.keys())
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            func key(_ name: String, _ grants: Grant...) async throws -> APIClient {
                client.with(
                    bearer: try await fixture.store.createAPIKey(name: name, grants: grants, by: "test").text
                )
            }
            let there = try await key("there", Grant(.admin, environments: ["staging"]), Grant(.viewer))
            #expect(
                try await there.setSecret("\(Self.path)/TOKEN?environment=staging", Self.value).status == 200
            )
            for place in ["", "?environment=production"] {
                for answer in [
                    try await there.setSecret("\(Self.path)/TOKEN\(place)", Self.value),
                    try await there.send(.delete, "\(Self.path)/TOKEN\(place)"),
                ] {
                    #expect(answer.problem == "/problems/forbidden")
                    #expect(answer.text.contains("that takes the role admin"), "\(answer.text)")
                }
            }
            let all = try await key("all", Grant(.admin, projects: ["shop"]))
            #expect(try await all.setSecret("\(Self.path)/TOKEN", Self.value).status == 200)
            let below = try await key("below", Grant(.operator))
            #expect(try await below.setSecret("\(Self.path)/TOKEN", Self.value).status == 403)
            #expect(try await below.get(Self.path).status == 200)
            #expect(try await fixture.events(.accessRefused) == 3)
        }
    }

    @Test("Somebody sees the secrets for every environment, and of the environments those that he sees")
    func sight() async throws {
        let fixture = try await APIFixture(secretKeys: Self.keys())
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.documents)
            for place in ["", "?environment=production", "?environment=staging"] {
                _ = try await client.setSecret("\(Self.path)/TOKEN\(place)", Self.value)
            }
            let grant = Grant(.viewer, environments: ["staging"])
            let key = try await fixture.store.createAPIKey(name: "half", grants: [grant], by: "test")
            let page: APIV1.Page<Secret> = try await client.with(bearer: key.text).get(Self.path).decode()
            #expect(page.items.map(\.environment) == [nil, "staging"])
        }
    }
}

extension APIClient {
    /// Sets a secret to the value.
    func setSecret(_ path: String, _ value: String) async throws -> Answer {
        try await send(
            .put,
            path,
            bytes: Array(try JSONText.encode(APIV1.SecretRequest(value: value)).utf8)
        )
    }
}
