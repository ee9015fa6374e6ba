import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct IdempotencyTests {
    private static let body = #"{"environment":"test","roles":["web"]}"#

    @Test("The same key and request get the same token, of which only the hash is kept")
    func sameAnswer() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let headers: HTTPFields = [.idempotencyKey: "\"k1\""]
            let first = try await client.post("/api/v1/tokens", Self.body, headers: headers)
            let second = try await client.post("/api/v1/tokens", Self.body, headers: headers)
            #expect(first.status == 201)
            #expect(first.text == second.text)
            #expect(try await fixture.count("SELECT count(*) AS count FROM join_token") == 1)
            let token = try first.decode(APIV1.Token.self).token
            #expect(token != nil)
            let stored: String = try await fixture.store.database.query("SELECT body FROM idempotency_key")[
                0
            ]["body"]
            #expect(!stored.contains(token ?? ""))
        }
    }

    @Test("The same key with another request is refused")
    func otherRequest() async throws {
        try await APIFixture().run { client in
            try await client.applyEnvironments("test")
            let headers: HTTPFields = [.idempotencyKey: "k1"]
            _ = try await client.post("/api/v1/tokens", Self.body, headers: headers)
            let other = try await client.post("/api/v1/tokens", Self.body + " ", headers: headers)
            #expect(other.status == 422)
            #expect(other.problem == "/problems/idempotency-key-reused")
        }
    }

    @Test("Twenty requests at once with one key have one effect and one answer")
    func concurrent() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("test")
            let answers = try await withThrowingTaskGroup(of: APIClient.Answer.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await client.post("/api/v1/tokens", Self.body, headers: [.idempotencyKey: "k1"])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.status)) == [201])
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(try await fixture.count("SELECT count(*) AS count FROM join_token") == 1)
            #expect(try await fixture.events(.tokenCreated) == 1)
        }
    }

    @Test("A refused request leaves its key free")
    func refusedRequest() async throws {
        try await APIFixture().run { client in
            let headers: HTTPFields = [.idempotencyKey: "k1"]
            #expect(try await client.post("/api/v1/tokens", Self.body, headers: headers).status == 422)
            try await client.applyEnvironments("test")
            #expect(try await client.post("/api/v1/tokens", Self.body, headers: headers).status == 201)
        }
    }
}
