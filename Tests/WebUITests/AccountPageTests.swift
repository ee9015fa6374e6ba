import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import WebUI

/// What somebody does for himself, signed in by name and password.
@Suite(.migratedSchema)
struct AccountPageTests {
    /// Runs `body` with grace, who may look, signed in with the password that an administrator made up for her.
    /// Limited to environments, she sees a part of a divided fleet.
    private func signedIn(
        limitedTo environments: [String]? = nil,
        _ body:
            @escaping @Sendable (WebFixture, Browser, _ token: String, _ password: String) async throws ->
            Void
    ) async throws {
        let fixture = try await WebFixture()
        if environments != nil { _ = try await DividedFleet(in: fixture.store.database) }
        _ = try await fixture.person("grace", [Grant(.viewer, environments: environments)])
        try await fixture.run { admin in
            try await admin.signIn(fixture.key.text)
            let before = try await admin.get("/people/grace")
            #expect(before.words.contains("grace has none, and cannot sign in with one."))
            let form = [("token_of_form", before.formToken)]
            let made = try await admin.post("/people/grace/password", form)
            let words = /The password of grace ([a-z2-9]{6}(-[a-z2-9]{6}){3})/
            let password = String(try #require(made.words.firstMatch(of: words)).1)
            #expect(!(try await admin.get("/people/grace").text.contains(password)))
            let browser = admin.another()
            #expect(try await browser.signIn("grace", password).location == "/")
            let token = try await browser.get("/account").formToken
            try await body(fixture, browser, token, password)
        }
    }

    @Test(
        "A password that an administrator made up is changed by its owner; other sessions end, and it is refused"
    )
    func password() async throws {
        try await signedIn { fixture, browser, token, old in
            let other = browser.another()
            try await other.signIn("grace", old)
            let new = "correct horse  battery "
            func change(_ current: String, _ new: String, _ again: String) async throws -> Browser.Page {
                let fields = [("current", current), ("new", new), ("again", again), ("token_of_form", token)]
                return try await browser.post("/account/password", fields)
            }
            for (answer, words) in [
                (try await change(old, new, "another"), "The two new passwords are not the same."),
                (try await change("guess", new, new), "The present password is another one."),
                (try await change(old, "short", "short"), "password: must have 12 to 200 characters"),
            ] {
                #expect(answer.status == 422)
                #expect(answer.words.contains(words))
            }
            #expect(try await other.get("/account").status == 200)
            let changed = try await change(old, new, new)
            #expect(changed.status == 200)
            #expect(changed.words.contains("Your other sessions have ended."))
            #expect(!changed.text.contains("correct horse"))
            #expect(try await other.get("/account").status == 303)
            #expect(try await other.signIn("grace", old).status == 403)
            #expect(try await other.signIn("grace", new).status == 303)
            // Set by the administrator, and by herself.
            #expect(try await fixture.events(.passwordChanged) == 2)
            #expect(try await browser.post("/account/password", []).status == 403)
        }
    }

    @Test("Guessing the present password from a session that was left open is slowed down as sign-in is")
    func guessed() async throws {
        try await signedIn { _, browser, token, old in
            let new = "correct horse battery"
            let fields = [("new", new), ("again", new), ("token_of_form", token)]
            for _ in 0..<10 {
                _ = try await browser.post("/account/password", fields + [("current", "a guess")])
            }
            let right = try await browser.post("/account/password", fields + [("current", old)])
            #expect(right.status == 422)
            #expect(right.words.contains("Too many were refused."))
        }
    }

    @Test("A person has keys of his own, which may no more than he may, and nobody else's")
    func keys() async throws {
        try await signedIn { fixture, browser, token, _ in
            let form = [("token_of_form", token)]
            let fields = [("name", "laptop"), ("role", "admin"), ("where", "everywhere"), ("lifetime", "30")]
            let made = try await browser.post("/account/keys", form + fields)
            let secret = try #require(made.text.firstMatch(of: /tmk_[0-9A-Za-z]{49}/)).output
            let principal = try #require(try await fixture.store.identifyAPIKey(String(secret)))
            #expect(principal.actor == "key:laptop" && principal.owner?.name == "grace")
            #expect(!principal.may(.deploy, at: .somewhere) && principal.may(.look, at: .everywhere))
            #expect(try await browser.get("/account").words.contains("laptop tmk_"))
            let twice = try await browser.post("/account/keys", form + fields)
            #expect(
                twice.status == 422 && twice.words.contains("there is a key named &#39;laptop&#39; already")
            )
            let rotated = try await browser.post("/account/keys/laptop/rotate", form)
            #expect(rotated.text.contains(/tmk_[0-9A-Za-z]{49}/))
            #expect(try await fixture.store.identifyAPIKey(String(secret)) == nil)
            for path in ["/account/keys/ada/rotate", "/account/keys/ada/revoke"] {
                #expect(try await browser.post(path, form).status == 404, "somebody else's: \(path)")
            }
            #expect(try await browser.post("/account/keys/laptop/revoke", form).location == "/account")
            #expect(try await fixture.events(.keyRevoked) == 1)
            let actor: String = try await fixture.store.database.query(
                "SELECT actor FROM event WHERE category = 'KeyRevoked'"
            )[0]["actor"]
            #expect(actor == "person:grace")
        }
    }

    @Test("A key of one's own finds out no name of what one does not see")
    func keyOfHidden() async throws {
        try await signedIn(limitedTo: ["near-env"]) { fixture, browser, token, _ in
            func make(_ environment: String, _ project: String) async throws -> Browser.Page {
                let form = [
                    ("token_of_form", token), ("name", "laptop"), ("role", "viewer"), ("where", "some"),
                    ("environment.\(environment)", "on"), ("projects", project), ("lifetime", "30"),
                ]
                return try await browser.post("/account/keys", form)
            }
            for environment in ["far-env", "no-such"] {
                let answer = try await make(environment, "no-app")
                let words = "grants[0].environments[0]: there is no environment &#39;\(environment)&#39;"
                #expect(answer.status == 422 && answer.words.contains(words), "\(answer.words)")
            }
            let made = try await fixture.events(.keyCreated)
            #expect(try await make("near-env", "near-app").status == 200)
            #expect(try await fixture.events(.keyCreated) == made + 1)
        }
    }

    @Test("Who is signed in with a key is offered neither a password nor keys, and is refused both")
    func withKey() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let page = try await browser.get("/account")
            #expect(!page.text.contains("/account/keys") && !page.text.contains("/account/password"))
            let form = [("token_of_form", page.formToken)]
            let key = [("name", "mine"), ("role", "admin"), ("where", "everywhere"), ("lifetime", "never")]
            let refused = try await browser.post("/account/keys", form + key)
            #expect(refused.status == 422)
            let password = [("current", "x"), ("new", "correct horse"), ("again", "correct horse")]
            #expect(try await browser.post("/account/password", form + password).status == 422)
            #expect(try await fixture.count("SELECT count(*) AS count FROM api_key") == 1)
        }
    }
}
