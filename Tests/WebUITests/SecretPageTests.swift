import FleetModel
import FleetStore
import Foundation
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI
@testable import WebUI

@Suite(.migratedSchema)
struct SecretPageTests {
    private static let value = "hunter2hunter2"

    private func signedIn(
        as grant: Grant = Grant(.admin),
        _ body: @escaping @Sendable (WebFixture, Browser, String) async throws -> Void
    ) async throws {
        let keys = try SecretKeyRing(Data(repeating: 1, count: 32).base64EncodedString())
        let fixture = try await WebFixture(secretKeys: keys)
        try await fixture.sampleFleet()
        let key = try await fixture.store.createAPIKey(name: "bob", grants: [grant], by: "test")
        try await fixture.run { browser in
            try await browser.signIn(key.text)
            try await body(fixture, browser, try await browser.get("/account").formToken)
        }
    }

    private func set(
        _ browser: Browser,
        _ token: String,
        _ name: String,
        in environment: String = "",
        to value: String = value
    ) async throws -> Browser.Page {
        try await browser.post(
            "/projects/shop/secrets",
            [
                ("token_of_form", token), ("name", name), ("environment", environment), ("value", value),
            ]
        )
    }

    @Test("A secret is set on its project's page, which then says who set it for where, and never the value")
    func life() async throws {
        try await signedIn { fixture, browser, token in
            let before = try await browser.get("/projects/shop")
            #expect(before.text.contains(#"<input type="password" name="value" required maxlength="4096""#))
            #expect(before.words.contains("every environment production staging"))
            #expect(try await set(browser, token, "DB_PASSWORD").location == "/projects/shop#secrets")
            #expect(try await set(browser, token, "DB_PASSWORD", in: "production").status == 303)
            #expect(try await set(browser, token, "DB_PASSWORD", in: "production").status == 303)
            let page = try await browser.get("/projects/shop")
            #expect(page.words.contains("DB_PASSWORD every environment 1"))
            #expect(page.words.contains("DB_PASSWORD production 2"))
            #expect(page.words.contains("by key:bob"))
            #expect(!page.text.contains(Self.value))
            let gone = try await browser.post(
                "/projects/shop/secrets/DB_PASSWORD/delete",
                [("token_of_form", token), ("environment", "production")]
            )
            #expect(gone.location == "/projects/shop#secrets")
            #expect(
                try await fixture.store.database.query("SELECT environment FROM secret_status").map {
                    try $0["environment"] as String?
                } == [nil]
            )
            #expect(try await fixture.events(.secretSet) == 3)
            #expect(try await fixture.events(.secretDeleted) == 1)
        }
    }

    @Test("What cannot be used is said on the page, with the name as it was entered, and without the value")
    func unusable() async throws {
        try await signedIn { fixture, browser, token in
            let short = try await set(browser, token, "TOKEN", in: "staging", to: "hunter2")
            #expect(short.status == 422)
            #expect(short.words.contains("value: has 7 bytes beside line ends, and must have at least 8"))
            #expect(short.text.contains(#"name="name" value="TOKEN""#))
            #expect(short.text.contains(#"<option value="staging" selected>"#))
            #expect(!short.text.contains("hunter2"))
            #expect(try await set(browser, token, "1ST").words.contains("starts with no digit"))
            #expect(try await set(browser, "", "TOKEN").status == 403)
            #expect(try await fixture.count("SELECT count(*) AS count FROM secret") == 0)
        }
    }

    @Test("Whoever may configure one environment sets and deletes there, and is offered no other")
    func limited() async throws {
        try await signedIn(as: Grant(.admin, environments: ["staging"])) { fixture, browser, token in
            let page = try await browser.get("/projects/shop")
            #expect(page.text.contains(#"<option value="staging">"#))
            #expect(!page.text.contains(#"<option value="">"#))
            #expect(try await set(browser, token, "TOKEN", in: "staging").status == 303)
            #expect(try await set(browser, token, "TOKEN").status == 403)
            #expect(try await set(browser, token, "TOKEN", in: "production").words.contains("not found"))
            let deletes = try await browser.get("/projects/shop").text
                .matches(of: #/action="[^"]*\/delete"/#).count
            #expect(deletes == 1)
            #expect(try await fixture.count("SELECT count(*) AS count FROM secret") == 1)
        }
    }

    @Test("Whoever may only look sees which secrets there are, and no form and no button")
    func looking() async throws {
        try await signedIn(as: Grant(.viewer)) { fixture, browser, token in
            try await fixture.store.unitOfWork(by: "test") { tx, changes in
                _ = try SecretCommands.set(
                    .init(project: "shop", environment: nil, name: "TOKEN"),
                    to: Self.value,
                    with: fixture.api.secretKeys,
                    in: tx,
                    &changes
                )
            }
            let page = try await browser.get("/projects/shop")
            #expect(page.words.contains("TOKEN every environment 1"))
            #expect(page.words.contains("That takes the role admin for the project."))
            #expect(!page.text.contains(#"type="password""#) && !page.text.contains("/secrets/TOKEN/delete"))
            #expect(try await set(browser, token, "TOKEN").status == 403)
        }
    }

    @Test("A node without keys says on the page what is missing")
    func withoutKeys() async throws {
        try await WebFixture.signedIn { _, browser, token in
            let page = try await set(browser, token, "TOKEN")
            #expect(page.status == 422)
            #expect(page.words.contains("this node has no key for secrets"))
        }
    }
}
