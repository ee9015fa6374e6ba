import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import WebUI

@Suite(.migratedSchema)
struct SignInTests {
    @Test("Without a session every page but the open ones leads to the sign-in page, and back after it")
    func redirected() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            let page = try await browser.get("/machines?q=web-1")
            #expect(page.status == 303)
            #expect(page.location == "/sign-in?next=%2Fmachines%3Fq%3Dweb-1")
            #expect(try await browser.get("/live/events").status == 401)
            #expect(try await browser.post("/join", []).location == "/sign-in")
            let signedIn = try await browser.signIn(fixture.key.text, next: "/machines?q=web-1")
            #expect(signedIn.status == 303)
            #expect(signedIn.location == "/machines?q=web-1")
            #expect(try await browser.get("/").status == 200)
            #expect(try await fixture.events(.signedIn) == 1)
            #expect(
                try await fixture.count(
                    "SELECT count(*) AS count FROM web_session WHERE encode(token_hash, 'escape') LIKE 'tmw%'"
                ) == 0
            )
        }
    }

    @Test("A wrong key, a revoked one and a key of another kind are refused, and written down")
    func wrongKey() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            for wrong in [
                SecretToken(random: .apiKey).text, "tmk_short", "", SecretToken(random: .join).text,
            ] {
                let page = try await browser.signIn(wrong)
                #expect(page.status == 403)
                #expect(page.words.contains("This API key is not known here, or it was revoked."))
                #expect(await browser.cookies["tidemark_session"] == nil)
            }
            #expect(try await fixture.events(.signInRefused) == 4)
            #expect(try await fixture.events(.signedIn) == 0)
        }
    }

    @Test("After ten refusals from an address the right key waits too, and no more events are written")
    func throttled() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            for _ in 0..<10 { _ = try await browser.signIn("tmk_wrong") }
            let page = try await browser.signIn(fixture.key.text)
            #expect(page.status == 429)
            #expect(page.headers[.retryAfter] != nil)
            #expect(try await fixture.events(.signInRefused) == 10)
            // Another address, as the balancer in front wrote it down.
            let elsewhere: HTTPFields = [.forwardedFor: "10.0.0.9"]
            #expect(try await browser.signIn(fixture.key.text, headers: elsewhere).status == 303)
        }
    }

    @Test("Over plain http the cookie has its plain name; over https it is bound to the host and needs https")
    func cookies() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            let plain = try await browser.signIn(fixture.key.text).headers[values: .setCookie].joined(
                separator: "\n"
            )
            #expect(plain.contains("tidemark_session=tmw_"))
            #expect(plain.contains("HttpOnly; SameSite=Lax"))
            #expect(!plain.contains("Secure"))
            let https: HTTPFields = [.forwardedProto: "https"]
            let secure = try await browser.signIn(fixture.key.text, headers: https)
                .headers[values: .setCookie].joined(separator: "\n")
            #expect(secure.contains("__Host-tidemark_session=tmw_"))
            #expect(secure.contains("Path=/; HttpOnly; SameSite=Lax; Secure"))
        }
    }

    @Test("Signing out ends the session, whatever the browser keeps")
    func signOut() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let kept = await browser.cookies["tidemark_session"] ?? ""
            let token = try await browser.get("/").formToken
            #expect(try await browser.post("/sign-out", [("token_of_form", token)]).location == "/sign-in")
            let again = try await browser.get("/", headers: [.cookie: "tidemark_session=\(kept)"])
            #expect(again.status == 303)
            #expect(try await fixture.events(.signedOut) == 1)
        }
    }

    @Test(
        "A session ends when its key is revoked, when it is idle for 12 hours, and after 7 days",
        arguments: 0..<3
    )
    func ends(_ way: Int) async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            #expect(try await browser.get("/").status == 200)
            switch way {
            case 0: try await fixture.store.revokeAPIKey(name: "ada", by: "test")
            case 1:
                _ = try await fixture.store.database.query(
                    "UPDATE web_session SET seen_at = now() - interval '12 hours 1 second'"
                )
            default:
                _ = try await fixture.store.database.query(
                    """
                    UPDATE web_session SET created_at = now() - interval '7 days 1 second',
                           expires_at = now() - interval '1 second'
                    """
                )
            }
            #expect(try await browser.get("/").status == 303)
        }
    }

    @Test("A form without its token, with another one, or from another site does nothing")
    func forged() async throws {
        let fixture = try await WebFixture()
        try await fixture.sampleFleet()
        let id: Int64 = try await fixture.store.database.query(
            "SELECT id FROM deployment WHERE state = 'running'"
        )[0]["id"]
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let path = "/deployments/\(id)/cancel"
            let token = try await browser.get("/deployments/\(id)").formToken
            #expect(try await browser.post(path, []).status == 403)
            #expect(try await browser.post(path, [("token_of_form", token + "0")]).status == 403)
            let foreign = try await browser.post(
                path,
                [("token_of_form", token)],
                headers: [.secFetchSite: "cross-site"]
            )
            #expect(foreign.status == 403)
            #expect(try await browser.post("/join", [("environment", "production")]).status == 403)
            #expect(try await browser.post("/sign-in", [("key", fixture.key.text)]).status == 403)
            #expect(try await browser.post("/sign-out", []).status == 403)
            #expect(try await fixture.events(.deploymentCancelRequested) == 0)
            #expect(try await browser.post(path, [("token_of_form", token)]).location == "/deployments/\(id)")
            #expect(try await fixture.events(.deploymentCancelRequested) == 1)
            let actor: String = try await fixture.store.database.query(
                "SELECT actor FROM event WHERE category = 'DeploymentCancelRequested'"
            )[0]["actor"]
            #expect(actor == "key:ada")
        }
    }

    @Test(
        "After signing in one stays on this site",
        arguments: [
            "//evil.example", "https://evil.example", "/\\evil.example", "/ok\r\nSet-Cookie: a=b", "",
            "machines",
        ]
    )
    func localPath(_ next: String) {
        #expect(LocalPath.checked(next) == "/")
        #expect(LocalPath.checked("/events?upto=5") == "/events?upto=5")
    }

    @Test("However many addresses guess, the count of refusals stays bounded")
    func bounded() {
        var refusals = Refusals()
        let now = ContinuousClock.now
        let written = (0..<5000).filter { refusals.refused("10.0.\($0 / 250).\($0 % 250)", now: now) }.count
        #expect(written == Refusals.mostEvents)
        for _ in 0..<Refusals.mostPerAddress { _ = refusals.refused("10.9.9.9", now: now) }
        #expect(refusals.wait(of: "10.9.9.9", now: now) == 61)
        #expect(refusals.wait(of: "10.9.9.9", now: now + .seconds(61)) == nil)
    }
}
