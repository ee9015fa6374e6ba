import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@testable import WebUI

/// API keys, from their page.
@Suite(.migratedSchema)
struct KeyPageTests {
    @Test("A key is made, shown once, may do what was granted, and is revoked")
    func made() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            _ = try await fixture.person("grace", [Grant(.operator)])
            let fields = [
                ("token_of_form", token), ("name", "ci"), ("owner", "grace"), ("role", "deployer"),
                ("where", "ticked"), ("environment.staging", "on"), ("lifetime", "30"),
            ]
            let made = try await browser.post("/keys", fields)
            #expect(made.status == 200)
            let secret = try #require(made.text.firstMatch(of: /tmk_[0-9A-Za-z]{49}/)).output
            let principal = try await fixture.store.identifyAPIKey(String(secret))
            #expect(principal?.grants == [Grant(.deployer, environments: ["staging"])])
            #expect(principal?.owner?.name == "grace")
            let list = try await browser.get("/keys")
            #expect(!list.text.contains(secret))
            #expect(list.words.contains("ada yours now"))
            #expect(
                list.words.firstMatch(of: /ci tmk_\w+… grace deployer in staging in (30d|29d)/) != nil,
                "\(list.words)"
            )
            #expect(try await browser.get("/people/grace").words.contains("ci tmk_"))
            let twice = try await browser.post("/keys", fields)
            #expect(twice.status == 422)
            #expect(twice.words.contains("there is a key named &#39;ci&#39; already"))
            #expect(twice.text.contains("name=\"owner\" value=\"grace\""))
            let rotated = try await browser.post("/keys/ci/rotate", [("token_of_form", token)])
            let other = try #require(rotated.text.firstMatch(of: /tmk_[0-9A-Za-z]{49}/)).output
            #expect(other != secret)
            #expect(try await fixture.store.identifyAPIKey(String(secret)) == nil)
            #expect(try await fixture.store.identifyAPIKey(String(other))?.actor == "key:ci")
            #expect(try await fixture.events(.keyRotated) == 1)
            let revoked = try await browser.post("/keys/ci/revoke", [("token_of_form", token)])
            #expect(revoked.location == "/keys")
            #expect(try await fixture.store.identifyAPIKey(String(other)) == nil)
            #expect(try await browser.post("/keys/ci/revoke", [("token_of_form", token)]).status == 404)
            #expect(try await browser.post("/keys", Array(fields.dropFirst())).status == 403)
        }
    }

    @Test("A key's grants are added and taken back one by one on its page, within what its owner may")
    func grants() async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            let secret = try await fixture.person("grace", [Grant(.deployer, environments: ["staging"])])
            let form = [("token_of_form", token)]
            let more = [("role", "admin"), ("where", "everywhere")]
            #expect(try await browser.get("/keys").text.contains("<a href=\"/keys/grace-key\">grace-key</a>"))
            let added = try await browser.post("/keys/grace-key/grants", form + more)
            #expect(added.location == "/keys/grace-key")
            let twice = try await browser.post("/keys/grace-key/grants", form + more)
            #expect(twice.status == 422)
            #expect(twice.words.contains("key grace-key has that already: admin everywhere"))
            let page = try await browser.get("/keys/grace-key")
            #expect(page.words.contains("deployer in staging Take back admin everywhere Take back"))
            #expect(page.words.contains("those of grace allow, now: deployer in staging"))
            // Whatever the key has, it may not do what grace may not.
            let principal = try await fixture.store.identifyAPIKey(secret.text)
            #expect(principal?.may(.administer, at: .everywhere) == false)
            #expect(principal?.may(.deploy, at: .of(project: "shop", in: "staging")) == true)
            let path = "/keys/grace-key/grants/take-back"
            for words in ["admin everywhere", "deployer in staging"] {
                let answer = try await browser.post(path, form + [("grant", words)])
                #expect(answer.location == "/keys/grace-key")
            }
            #expect(try await browser.get("/keys/grace-key").words.contains("No role"))
            let gone = try await browser.post(path, form + [("grant", "admin everywhere")])
            #expect(gone.status == 422)
            #expect(gone.words.contains("key grace-key does not have that any more: admin everywhere"))
            #expect(try await fixture.store.identifyAPIKey(secret.text)?.grants == [])
            #expect(
                try await fixture.count(
                    """
                    SELECT count(*) AS count FROM event WHERE category = 'GrantsChanged' AND actor = 'key:ada'
                    AND message LIKE 'key:grace-key has %, and had %'
                    """
                ) == 3
            )
            #expect(try await browser.post("/keys/nobody/grants", form + more).status == 404)
            #expect(try await browser.post("/keys/grace-key/grants", more).status == 403)
        }
    }

    @Test(
        "What is wrong with a key is said beside the form, and none is made",
        arguments: [
            ("name", "<b>", "&#39;&lt;b&gt;&#39; is no name for a key"),
            ("owner", "nobody", "person &#39;nobody&#39; was not found"),
            ("lifetime", "0", "lifetime: is &#39;0&#39;"), ("role", "king", "role: is &#39;king&#39;"),
        ]
    )
    func wrong(_ field: String, _ value: String, _ words: String) async throws {
        try await WebFixture.signedIn { fixture, browser, token in
            var fields = ["name": "ci", "role": "viewer", "where": "everywhere", "lifetime": "never"]
            fields[field] = value
            let form = fields.map { ($0.key, $0.value) } + [("token_of_form", token)]
            let answer = try await browser.post("/keys", form)
            #expect(answer.status == 422)
            #expect(answer.words.contains(words), "\(answer.words)")
            #expect(try await fixture.count("SELECT count(*) AS count FROM api_key") == 1)
        }
    }
}
