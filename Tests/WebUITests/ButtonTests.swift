import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import WebUI

/// What is offered on the pages, to whom: a button is there for whoever may press it.
@Suite(.migratedSchema)
struct ButtonTests {
    private func signedIn(
        _ grants: [Grant],
        _ body: @escaping @Sendable (WebFixture, Browser) async throws -> Void
    ) async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        try await fixture.everythingThatHasAButton()
        let key = try await fixture.store.createAPIKey(name: "eve", grants: grants, by: "test")
        try await fixture.run { browser in
            try await browser.signIn(key.text)
            try await body(fixture, browser)
        }
    }

    private static let paths = [
        "/", "/machines", "/machines/web-1", "/machines/db-1", "/environments", "/environments/production",
        "/projects", "/projects/shop", "/policies", "/policies/default", "/freezes", "/deployments",
        "/deployments/1", "/deployments/2", "/deployments/3", "/events", "/decisions", "/cluster", "/join",
    ]

    @Test("Who may only look is shown no form but the one to sign out, nor the pages of access")
    func viewer() async throws {
        try await signedIn([Grant(.viewer)]) { _, browser in
            for path in Self.paths {
                let page = try await browser.get(path)
                #expect(page.status == 200, "\(path)")
                #expect(page.forms == ["/sign-out"], "\(path)")
                #expect(!page.text.contains("href=\"/people\""), "\(path)")
            }
            // It may be tried out, as nothing is written.
            let trigger = try await browser.get("/projects/shop/triggers/arrivals")
            #expect(trigger.words.contains("It can be tried, not saved. That takes the role admin for shop."))
            #expect(!trigger.text.contains(">Save<") && !trigger.text.contains("/delete\""))
            #expect(trigger.words.contains("Signed in as key:eve: viewer everywhere"))
        }
    }

    @Test("Who may do everything is shown all of them")
    func admin() async throws {
        try await signedIn([.everything]) { _, browser in
            var forms: Set<String> = []
            for path in Self.paths { forms.formUnion(try await browser.get(path).forms) }
            let places = Set(forms.map { $0.replacing(/\/[0-9]+/, with: "/1") })
            #expect(
                places.isSuperset(of: [
                    "/machines", "/machines/web-1", "/machines/web-1/delete", "/quarantines/1/release",
                    "/environments/production/pins", "/environments/production/pins/1/remove",
                    "/environments/production/circuits/1/close", "/freezes", "/freezes/calm/delete", "/join",
                    "/join/tokens/1/revoke", "/deployments/1/cancel", "/deployments/1/retry",
                    "/deployments/1/redeploy",
                ]),
                "\(places.sorted())"
            )
            #expect(try await browser.get("/").text.contains("href=\"/people\""))
        }
    }

    @Test("Who is limited to an environment is shown the buttons of what is there, and refused the others")
    func limited() async throws {
        let grants = [Grant(.viewer), Grant(.operator, environments: ["staging"])]
        try await signedIn(grants) { fixture, browser in
            let here = try await browser.get("/machines/db-1")
            #expect(here.forms == ["/sign-out", "/machines/db-1", "/machines/db-1/delete"])
            #expect(try await browser.get("/machines/web-1").forms == ["/sign-out"])
            let list = try await browser.get("/machines")
            #expect(list.text.contains("name=\"machine.db-1\""))
            #expect(!list.text.contains("name=\"machine.web-1\""))
            let freezes = try await browser.get("/freezes")
            #expect(freezes.text.contains("name=\"environment.staging\""))
            #expect(!freezes.text.contains("name=\"environment.production\""))
            #expect(!freezes.forms.contains("/freezes/calm/delete"))
            #expect(try await browser.get("/environments/production").forms == ["/sign-out"])
            #expect(!(try await browser.get("/join").text.contains("<option value=\"production\"")))
            let form = [("token_of_form", here.formToken), ("deed", "disable")]
            let refused = try await browser.post("/machines/web-1", form)
            #expect(refused.status == 403)
            #expect(
                refused.words.contains(
                    "key:eve may not change machines in production for every project: that takes the role operator"
                )
            )
            #expect(refused.text.contains("href=\"/account\""))
            #expect(try await fixture.events(.machineDisabled) == 0)
            #expect(try await fixture.events(.accessRefused) == 1)
        }
    }
}

extension Browser.Page {
    /// Where the forms of the page that change something are sent to, in order.
    fileprivate var forms: [String] {
        text.matches(of: /<form[^>]*>/).compactMap { form in
            guard form.output.contains("method=\"post\"") else { return nil }
            return form.output.firstMatch(of: /action="([^"]*)"/).map { String($0.1) }
        }
    }
}

extension WebFixture {
    /// Beside the sample fleet: a freeze, a token, a pin, a quarantine and an open circuit, all in production.
    fileprivate func everythingThatHasAButton() async throws {
        let freeze: JSONValue = .object([
            "kind": .string("Freeze"), "name": .string("calm"), "reason": .string("why"),
            "environments": .array([.string("production")]), "from": .string("2035-01-01T00:00:00Z"),
            "to": .string("2036-01-01T00:00:00Z"),
        ])
        _ = try await store.apply(try DocumentReader.read([freeze]), by: "test")
        try await store.read { tx in
            try tx.run(
                """
                INSERT INTO pin (project_id, environment_id, release_id, reason, created_by)
                SELECT r.project_id, e.id, r.id, 'why', 'test' FROM release r, environment e
                WHERE e.name = 'production' AND r.version = '1.0'
                """
            )
            try tx.run(
                """
                INSERT INTO release_circuit (project_id, environment_id, release_id, failed, tried)
                SELECT r.project_id, e.id, r.id, 1, 1 FROM release r, environment e
                WHERE e.name = 'production' AND r.version = '1.1'
                """
            )
            try tx.run(
                """
                INSERT INTO machine_quarantine (machine_id, project_id, release_id, attempts)
                SELECT m.id, r.project_id, r.id, 1 FROM release r, machine m
                WHERE m.name = 'web-1' AND r.version = '1.1'
                """
            )
            try tx.run(
                """
                INSERT INTO join_token (token_hash, prefix, environment_id, roles, created_by, expires_at)
                SELECT decode(repeat('00', 32), 'hex'), 'tmj_x', e.id, '{web}', 'test', now() + interval '1 hour'
                FROM environment e WHERE e.name = 'production'
                """
            )
        }
    }
}
