import FleetModel
import FleetStore
import HTTPTypes
import TestSupport
import Testing

@testable import HTTPAPI
@testable import WebUI

/// Nobody keeps a node from the others by asking for pages.
@Suite(.migratedSchema)
struct PageRateTests {
    /// Asks until it is refused, which takes as many requests as are let through while it asks.
    private func refusal(
        _ browser: Browser,
        _ path: String,
        _ headers: () -> HTTPFields = { [:] }
    ) async throws -> (refused: Browser.Page?, before: Set<Int>) {
        var before: Set<Int> = []
        for _ in 0..<50 {
            let page = try await browser.get(path, headers: headers())
            guard page.status != 429 else { return (page, before) }
            before.insert(page.status)
        }
        return (nil, before)
    }

    @Test("Whoever is signed in and asks too much gets a page that says how long to wait; others get theirs")
    func signedIn() async throws {
        let fixture = try await WebFixture(limits: RateLimits(keyPerSecond: 1))
        let eve = try await fixture.store.createAPIKey(name: "eve", grants: [Grant(.viewer)], by: "test")
        try await fixture.run { browser in
            try await browser.signIn(fixture.key.text)
            let other = browser.another()
            try await other.signIn(eve.text)
            let (refused, before) = try await self.refusal(browser, "/account")
            #expect(before == [200])
            #expect(refused?.headers[.retryAfter] == "1")
            #expect(refused?.words.contains("Too many requests") == true)
            #expect(refused?.words.contains("from key:ada than this node takes from one: wait 1 s") == true)
            #expect(try await other.get("/account").status == 200)
        }
    }

    @Test("Who is not signed in is counted by address, with a cookie that is none as without")
    func anonymous() async throws {
        let fixture = try await WebFixture(limits: RateLimits(addressPerSecond: 1))
        let from = try #require(HTTPField.Name("X-Forwarded-For"))
        try await fixture.run { browser in
            let (refused, before) = try await self.refusal(browser, "/sign-in") { [from: "10.0.0.1"] }
            #expect(before == [200])
            #expect(refused?.words.contains("more requests from 10.0.0.1") == true)
            #expect(try await browser.get("/sign-in", headers: [from: "10.0.0.2"]).status == 200)
            let guessing = try await self.refusal(browser.another(), "/machines") {
                [from: "10.0.0.3", .cookie: "tidemark_session=\(SecretToken(random: .webSession).text)"]
            }
            #expect(guessing.before == [303])
            #expect(guessing.refused != nil)
        }
    }

    @Test("Somebody with twenty pages open that all refresh as often as they may is far from the limit")
    func usual() {
        // Every page asks again after two seconds at the soonest, comes back for its stream once a minute, and is reloaded now
        // and then with its style, script and picture, which are counted by address.
        let limit = RateLimits().keys
        let start = ContinuousClock.now
        var refused = 0
        for second in 0..<600 {
            let now = start + .seconds(second)
            let requests = second.isMultiple(of: 60) ? 20 * 6 : 20
            refused += (0..<requests).count { _ in limit.wait(of: "person:ada", now: now) != nil }
        }
        #expect(refused == 0)
    }
}
