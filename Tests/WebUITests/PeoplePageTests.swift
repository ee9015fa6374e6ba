import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import WebUI

/// People, from their pages: each thing that is done and each that is refused, and what it is in the database.
@Suite(.migratedSchema)
struct PeoplePageTests {
    @Test(
        "A person is entered with a grant, and what is wrong is said beside the form, which keeps what was entered"
    )
    func entered() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            #expect(try await browser.get("/people").words.contains("Nobody was entered yet"))
            let fields = [
                ("token_of_form", token), ("name", "grace"), ("displayName", "Grace <b>Hopper</b>"),
                ("role", "deployer"),
            ]
            let nowhere = try await browser.post("/people", fields + [("where", "ticked")])
            #expect(nowhere.status == 422)
            #expect(nowhere.words.contains("environments: none is ticked"))
            #expect(nowhere.text.contains("name=\"name\" value=\"grace\""))
            let both = [("where", "everywhere"), ("environment.staging", "on")]
            #expect(try await browser.post("/people", fields + both).words.contains("choose one of the two"))
            let unknown = [("where", "everywhere"), ("projects", "shop, none")]
            #expect(
                try await browser.post("/people", fields + unknown).words.contains(
                    "grants[0].projects[1]: there is no project &#39;none&#39;"
                )
            )
            let limited = [("where", "ticked"), ("environment.staging", "on"), ("projects", "shop")]
            #expect(try await browser.post("/people", fields + limited).location == "/people/grace")
            let list = try await browser.get("/people")
            #expect(
                list.words.contains(
                    "grace Grace &lt;b&gt;Hopper&lt;/b&gt; ✓ enabled deployer in staging for shop never"
                )
            )
            let again = try await browser.post("/people", fields + limited)
            #expect(again.status == 422)
            #expect(again.words.contains("there is a person &#39;grace&#39; already"))
            #expect(try await fixture.events(.personCreated) == 1)
            #expect(try await browser.post("/people", Array(fields.dropFirst())).status == 403)
        }
    }

    @Test("Grants are added and taken back one by one; what somebody else took back already is said")
    func grants() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            _ = try await fixture.person("grace", [Grant(.viewer)])
            let form = [("token_of_form", token)]
            let more = [("role", "operator"), ("where", "ticked"), ("environment.production", "on")]
            let added = try await browser.post("/people/grace/grants", form + more)
            #expect(added.location == "/people/grace")
            let twice = try await browser.post("/people/grace/grants", form + more)
            #expect(twice.status == 422)
            #expect(twice.words.contains("person grace has that already: operator in production"))
            let page = try await browser.get("/people/grace")
            #expect(page.words.contains("viewer everywhere Take back operator in production Take back"))
            let viewer = form + [("grant", "viewer everywhere")]
            let path = "/people/grace/grants/take-back"
            #expect(try await browser.post(path, viewer).location == "/people/grace")
            let gone = try await browser.post(path, viewer)
            #expect(gone.status == 422)
            #expect(gone.words.contains("does not have that any more: viewer everywhere"))
            #expect(try await fixture.events(.grantsChanged) == 2)
            #expect(try await browser.post("/people/nobody/grants", form + more).status == 404)
        }
    }

    @Test("An environment that was deleted does not keep a person from being granted something else")
    func deletedEnvironment() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            _ = try await fixture.person("grace", [Grant(.operator, environments: ["staging"])])
            _ = try await fixture.store.database.query(
                "UPDATE environment SET deleted_at = now() WHERE name = 'staging'"
            )
            let page = try await browser.get("/people/grace")
            #expect(page.words.contains("operator in no environment any more"))
            let more = [("token_of_form", token), ("role", "viewer"), ("where", "everywhere")]
            #expect(try await browser.post("/people/grace/grants", more).location == "/people/grace")
            let left = try await fixture.store.read { try PersonRows.find("grace", in: $0)?.grants }
            #expect(left == [Grant(.viewer)])
        }
    }

    @Test("A person who is disabled is out with the next request, and in again when enabled")
    func disabled() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let grace = try await fixture.person("grace", [Grant(.viewer)])
            let other = browser.another()
            try await other.signIn(grace.text)
            #expect(try await other.get("/machines").status == 200)
            let form = [("token_of_form", token)]
            #expect(try await browser.post("/people/grace/disable", form).location == "/people/grace")
            #expect(try await other.get("/machines").location == "/sign-in?next=%2Fmachines")
            #expect(try await browser.get("/people/grace").words.contains("Nothing is done in this name"))
            #expect(try await browser.get("/people").words.contains("grace – disabled"))
            #expect(try await browser.post("/people/grace/enable", form).location == "/people/grace")
            #expect(try await other.get("/machines").status == 200)
            #expect(try await browser.post("/people/grace/disable", []).status == 403)
            #expect(try await fixture.events(.personDisabled) == 1)
            #expect(try await fixture.events(.personEnabled) == 1)
        }
    }

    @Test(
        "The last one who may say who may do what is neither disabled nor loses that, and it is said beside the form"
    )
    func lastAdmin() async throws {
        let fixture = try await WebFixture()
        let grace = try await fixture.person("grace", [.everything])
        try await fixture.store.revokeAPIKey(name: "ada", by: "test")
        try await fixture.run { browser in
            try await browser.signIn(grace.text)
            // The key is only what its owner is, and does not count; it is there to sign in with.
            let form = [("token_of_form", try await browser.get("/people").formToken)]
            let attempts: [(path: String, fields: [(String, String)])] = [
                ("/people/grace/disable", []),
                ("/people/grace/grants/take-back", [("grant", "admin everywhere")]),
            ]
            for (path, fields) in attempts {
                let answer = try await browser.post(path, form + fields)
                #expect(answer.status == 422, "\(path)")
                #expect(answer.words.contains("person grace is the last one who may say who may do what"))
            }
            #expect(try await fixture.events(.personDisabled) == 0)
        }
    }

    @Test(
        "Sessions are seen, and ended: one by whoever has it, all others too, and all of a person by an admin"
    )
    func sessions() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let grace = try await fixture.person("grace", [Grant(.viewer)])
            let (first, second) = (browser.another(), browser.another())
            try await first.signIn(grace.text)
            try await second.signIn(grace.text)
            let page = try await second.get("/account")
            #expect(page.words.contains("You are key:grace-key"))
            #expect(page.words.contains("The key is grace's"))
            #expect(page.words.contains("key grace-key this one"))
            let form = [("token_of_form", page.formToken)]
            let others = try await second.post("/account/sessions/others/end", form)
            #expect(others.location == "/account")
            #expect(try await first.get("/account").status == 303)
            try await first.signIn(grace.text)
            let mine: Int64 = try await fixture.store.database.query(
                "SELECT max(id) AS id FROM web_session"
            )[0]["id"]
            _ = try await second.post("/account/sessions/\(mine)/end", form)
            #expect(try await first.get("/account").status == 303)
            let foreign: Int64 = try await fixture.store.database.query(
                "SELECT min(id) AS id FROM web_session"
            )[0]["id"]
            #expect(try await second.post("/account/sessions/\(foreign)/end", form).status == 404)
            #expect(try await browser.get("/people/grace").words.contains("key grace-key"))
            let all = try await browser.post("/people/grace/sessions/end", [("token_of_form", token)])
            #expect(all.location == "/people/grace")
            #expect(try await second.get("/account").status == 303)
            #expect(try await browser.get("/account").status == 200)
            let messages = try await fixture.store.database.query(
                "SELECT actor || ': ' || message AS text FROM event WHERE category = 'SignedOut' ORDER BY id"
            ).map { try $0["text"] as String }
            #expect(
                messages == [
                    "key:grace-key: 1 session of key:grace-key was ended",
                    "key:grace-key: 1 session of key:grace-key was ended",
                    "key:ada: 1 session of person:grace was ended",
                ]
            )
        }
    }
}

extension WebFixture {
    /// Somebody with these grants, and a key of his to sign in with, which may all that he may.
    func person(_ name: String, _ grants: [Grant]) async throws -> SecretToken {
        let secret = SecretToken(random: .apiKey)
        try await store.unitOfWork(by: "test") { tx, changes in
            _ = try PersonCommands.create(name: name, displayName: "", grants: grants, in: tx, &changes)
            let key = APIV1.KeyRequest(
                name: "\(name)-key",
                grants: grants,
                owner: name,
                expiresInSeconds: nil
            )
            _ = try APIKeyCommands.create(key, secret: secret, in: tx, &changes)
        }
        return secret
    }
}
