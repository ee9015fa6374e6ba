import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import WebUI

@Suite(.migratedSchema)
struct WebhookPageTests {
    /// Runs `body` with a webhook of three deliveries: one that waits, one that got through, one that was given up.
    private func signedIn(
        _ body: @escaping @Sendable (WebFixture, Browser, String) async throws -> Void
    ) async throws {
        let fixture = try await WebFixture()
        let url = try WebhookAddress("https://hooks.example.com/secret")
        let document = WebhookDocument(
            name: "ops",
            description: "The <b>pager</b>",
            url: url,
            eventGroups: [.all]
        )
        _ = try await fixture.store.apply([.webhook(document)], by: "key:ada")
        _ = try await fixture.store.database.query(
            """
            INSERT INTO webhook_delivery (webhook_id, event_id, category, payload, state, attempts, last_status, last_error, finished_at)
            SELECT w.id, v.event, v.category, '{}', v.state, v.attempts, v.status, v.error,
                   CASE WHEN v.state = 'pending' THEN NULL ELSE now() END
            FROM webhook w, (VALUES (1, 'MachineAdded', 'pending', 0, NULL, NULL), (2, 'CircuitOpened', 'delivered', 1, 204, NULL),
                                    (3, 'RunFailed', 'dead', 10, 500, 'the <i>receiver</i> answered 500'))
                 v(event, category, state, attempts, status, error)
            """
        )
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            try await body(fixture, browser, try await browser.get("/join").formToken)
        }
    }

    @Test("A webhook is shown with what waits, what got through, and what was given up and why")
    func shown() async throws {
        try await signedIn { _, browser, _ in
            let list = try await browser.get("/webhooks")
            #expect(list.words.contains("ops ✓ works 1 1 All https://hooks.example.com"))
            #expect(
                !list.text.contains("secret"),
                "a list is shown to more people than need the whole address"
            )
            let page = try await browser.get("/webhooks/ops")
            #expect(page.words.contains("The &lt;b&gt;pager&lt;/b&gt;"))
            #expect(page.words.contains("RunFailed ✕ given up 10"))
            #expect(page.words.contains("the &lt;i&gt;receiver&lt;/i&gt; answered 500"))
            #expect(page.words.contains("CircuitOpened ✓ delivered 1"))
            let dead = try await browser.get("/webhooks/ops?state=dead")
            #expect(dead.words.contains("RunFailed") && !dead.words.contains("CircuitOpened"))
            #expect(try await browser.get("/webhooks/none").status == 404)
        }
    }

    @Test("A delivery is sent again from its page, all that failed with one button, and a ping")
    func sent() async throws {
        try await signedIn { fixture, browser, token in
            let id: Int64 = try await fixture.store.database.query(
                "SELECT id FROM webhook_delivery WHERE state = 'delivered'"
            )[0]["id"]
            let form = [("token_of_form", token)]
            let replayed = try await browser.post("/webhooks/ops/deliveries/\(id)/replay", form)
            #expect(replayed.location == "/webhooks/ops")
            let waiting: SQL = "SELECT count(*) AS count FROM webhook_delivery WHERE state = 'pending'"
            #expect(try await fixture.count(waiting) == 2)
            #expect(try await browser.post("/webhooks/ops/replay", form).location == "/webhooks/ops")
            #expect(try await fixture.count(waiting) == 3)
            #expect(try await browser.post("/webhooks/ops/ping", form).location == "/webhooks/ops")
            #expect(try await fixture.count(waiting) == 4)
            #expect(try await fixture.events(.webhookReplayed) == 2)
            #expect(try await browser.post("/webhooks/ops/deliveries/9999/replay", form).status == 404)
            #expect(try await browser.post("/webhooks/ops/ping", []).status == 403)
        }
    }
}
