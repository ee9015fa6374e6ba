import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI

@Suite(.migratedSchema)
struct WebhookRouteTests {
    private static let ops = #"""
        {"documents":[{"kind":"Webhook","name":"ops","url":"https://hooks.example.com/T0/x","eventGroups":["All"]}]}
        """#

    @Test("A webhook is applied, listed, shown and deleted; what it is like is part of no answer but its own")
    func configured() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let applied: APIV1.ApplyResponse = try await client.post("/api/v1/apply", Self.ops).decode()
            #expect(applied.applied.map(\.action) == ["created"])
            let again: APIV1.ApplyResponse = try await client.post("/api/v1/apply", Self.ops).decode()
            #expect(again.applied.map(\.action) == ["unchanged"])
            let listed: APIV1.Page<Webhook> = try await client.get("/api/v1/webhooks").decode()
            let shown: Webhook = try await client.get("/api/v1/webhooks/ops").decode()
            #expect(listed.items == [shown])
            #expect(
                shown.url == "https://hooks.example.com/T0/x" && shown.enabled && shown.eventGroups == [.all]
            )
            #expect(try await client.send(.delete, "/api/v1/webhooks/ops").status == 204)
            #expect(try await client.get("/api/v1/webhooks/ops").status == 404)
            #expect(try await client.send(.delete, "/api/v1/webhooks/ops").status == 404)
            for path in ["ops/deliveries", "ops/deliveries/1"] {
                #expect(try await client.get("/api/v1/webhooks/\(path)").status == 404)
            }
            for path in ["ops/ping", "ops/rotate", "ops/deliveries/1/replay"] {
                #expect(try await client.post("/api/v1/webhooks/\(path)", "{}").status == 404)
            }
        }
    }

    @Test("An address with a password is refused, and not repeated")
    func password() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            let body = Self.ops.replacing("https://", with: "https://me:hunter2@")
            let answer = try await client.post("/api/v1/apply", body)
            #expect(answer.status == 422 && answer.faults == ["documents[0].url"])
            #expect(!answer.text.contains("hunter2"))
        }
    }

    @Test(
        "A secret is shown when it is made, the same one when the request is repeated, and stored in no answer"
    )
    func rotated() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.ops)
            let path = "/api/v1/webhooks/ops/rotate"
            let first: APIV1.WebhookSecret = try await client.post(
                path,
                "{}",
                headers: [.idempotencyKey: "k1"]
            ).decode()
            let second: APIV1.WebhookSecret = try await client.post(
                path,
                "{}",
                headers: [.idempotencyKey: "k1"]
            ).decode()
            #expect(first == second && first.previousValidUntil != nil)
            let secret = try #require(first.secret)
            #expect(WebhookSecret(text: secret).key?.count == WebhookSecret.bytes)
            let third: APIV1.WebhookSecret = try await client.post(
                path,
                "{}",
                headers: [.idempotencyKey: "k2"]
            ).decode()
            #expect(third.secret != secret)
            let stored = try await fixture.store.database.query("SELECT body AS t FROM idempotency_key")
            #expect(stored.count == 2)
            #expect(try !stored.contains { row in (try row["t"] as String).contains("whsec_") })
            for path in ["/api/v1/webhooks", "/api/v1/webhooks/ops", "/api/v1/events"] {
                #expect(try await !client.get(path).text.contains("whsec_"))
            }
        }
    }

    @Test("A ping is a delivery, listed with its state, shown with what is sent, and replayed")
    func deliveries() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            _ = try await client.post("/api/v1/apply", Self.ops)
            let base = "/api/v1/webhooks/ops"
            for _ in 0..<3 { #expect(try await client.post("\(base)/ping", "{}").status == 202) }
            let page: APIV1.Page<WebhookDelivery> = try await client.get("\(base)/deliveries?limit=2")
                .decode()
            let cursor = try #require(page.nextCursor)
            let rest: APIV1.Page<WebhookDelivery> = try await client.get(
                "\(base)/deliveries?limit=2&cursor=\(cursor)"
            )
            .decode()
            let all = page.items + rest.items
            #expect(all.count == 3 && rest.nextCursor == nil)
            #expect(
                all.map(\.id) == all.map(\.id).sorted().reversed() && all.allSatisfy { $0.payload == nil }
            )
            let one: WebhookDelivery = try await client.get("\(base)/deliveries/\(all[0].id)").decode()
            #expect(one.payload?.contains("WebhookPing") == true)
            _ = try await fixture.store.database.query(
                "UPDATE webhook_delivery SET state = 'dead', finished_at = now(), attempts = 10 WHERE id = \(one.id)"
            )
            let dead: APIV1.Page<WebhookDelivery> = try await client.get("\(base)/deliveries?state=dead")
                .decode()
            #expect(dead.items.map(\.id) == [one.id])
            #expect(try await client.get("\(base)/deliveries?state=lost").status == 400)
            let replayed: WebhookDelivery = try await client.post("\(base)/deliveries/\(one.id)/replay", "{}")
                .decode()
            #expect(
                replayed.state == .pending && replayed.attempts == 0 && replayed.messageID == one.messageID
            )
            let since = #"{"since":"2026-01-01T00:00:00Z"}"#
            let none: APIV1.WebhookReplay = try await client.post("\(base)/replay", since).decode()
            #expect(none.replayed == 0)
            #expect(try await client.post("\(base)/replay", "{}").status == 400)
        }
    }

    @Test(
        "Whoever may configure only a part sees no webhook, makes none, tries none: it may tell of everything"
    )
    func rights() async throws {
        let fixture = try await APIFixture()
        try await fixture.run { client in
            try await client.applyEnvironments("staging")
            _ = try await client.post("/api/v1/apply", Self.ops)
            _ = try await client.post("/api/v1/webhooks/ops/ping", "{}")
            let grant = Grant(.admin, environments: ["staging"])
            let key = try await fixture.store.createAPIKey(name: "part", grants: [grant], by: "test")
            let part = client.with(bearer: key.text)
            let other = Self.ops.replacing("ops", with: "mine")
            var answers = [try await part.post("/api/v1/apply", other)]
            for path in ["", "/ops", "/ops/deliveries", "/ops/deliveries/1"] {
                answers.append(try await part.get("/api/v1/webhooks\(path)"))
            }
            for path in ["/ops/ping", "/ops/rotate", "/ops/deliveries/1/replay"] {
                answers.append(try await part.post("/api/v1/webhooks\(path)", "{}"))
            }
            let since = #"{"since":"2026-01-01T00:00:00Z"}"#
            answers.append(try await part.post("/api/v1/webhooks/ops/replay", since))
            answers.append(try await part.send(.delete, "/api/v1/webhooks/ops"))
            #expect(answers.map(\.status) == Array(repeating: 403, count: 10))
            #expect(try await fixture.events(.webhookSecretRotated) == 0)
        }
    }
}
