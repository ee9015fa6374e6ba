import FleetModel
import FleetStore
import HTTPTypes
import OpenIDConnect
import Postgres
import TestProvider
import TestSupport
import Testing

@testable import WebUI

@Suite(.migratedSchema)
struct ProviderSignOutTests {
    private func signOut(_ story: ProviderStory) async throws -> Browser.Page {
        let form = try await story.browser.get("/account").formToken
        return try await story.browser.post("/sign-out", [("token_of_form", form)])
    }

    @Test("Whoever came by the provider is signed out here, and then sent to sign out there")
    func both() async throws {
        try await ProviderStory.run { story in
            try await story.signIn()
            let page = try await signOut(story)
            #expect(page.status == 200)
            #expect(page.words.contains("You are signed out here"))
            #expect(await story.hasSession() == false)
            #expect(try await story.fixture.count("SELECT count(*) AS count FROM web_session") == 0)
            #expect(try await story.fixture.events(.signedOut) == 1)
            let refresh = try #require(page.headers[.refresh])
            let address = String(try #require(refresh.split(separator: "url=").last))
            #expect(refresh == "0; url=\(address)")
            #expect(page.text.contains("href=\"\(address.replacing("&", with: "&amp;"))\""))
            // The provider knows the token, and sends the browser back.
            #expect(try await story.atProvider(address) == ProviderStory.publicURL + "/sign-in")
            #expect(story.provider.ended.count == 1)
            // No page may send forms elsewhere: the way there is not a redirect.
            #expect(page.headers[.contentSecurityPolicy]?.contains("form-action 'self';") == true)
        }
    }

    @Test("What is kept for it cannot be read by whoever has the database, nor opened with another cookie")
    func atRest() async throws {
        try await ProviderStory.run { story in
            try await story.signIn()
            let readable: SQL = """
                SELECT count(*) AS count FROM web_session
                WHERE position('id_token_hint'::bytea IN provider_sign_out) + position('eyJhbGciOi'::bytea IN provider_sign_out) > 0
                """
            #expect(try await story.fixture.count(readable) == 0)
            #expect(
                try await story.fixture.count(
                    "SELECT count(*) AS count FROM web_session WHERE provider_sign_out IS NOT NULL"
                ) == 1
            )
            let mine = try #require(await story.browser.cookies["tidemark_session"])
            let session = try #require(try await story.fixture.store.webSession(mine))
            let other = SecretToken(random: .webSession).text
            #expect(try await story.fixture.store.signOut(session, other) == nil)
            #expect(try await story.fixture.store.webSession(mine) == nil)
        }
    }

    @Test(
        "A provider that offers no such thing, or is not to be told, is not asked: signing out leads to the door",
        arguments: [(offered: false, isTold: true), (offered: true, isTold: false)]
    )
    func here(_ offered: Bool, _ isTold: Bool) async throws {
        try await ProviderStory.run(signsOutThere: isTold) { story in
            story.provider.behave { $0.endsSessions = offered }
            try await story.signIn()
            #expect(try await signOut(story).location == "/sign-in")
            #expect(await story.hasSession() == false)
        }
    }

    @Test("Sessions that began while the provider was told end here alone when it is not told any more")
    func noMore() async throws {
        try await ProviderStory.run { story in
            try await story.signIn()
            let door = ProviderStory.door(story.provider.issuer, story.client, signsOutThere: false)
            try await WebFixture(node: "node-b", provider: door).run { browser in
                await browser.take(from: story.browser)
                let form = try await browser.get("/account").formToken
                #expect(try await browser.post("/sign-out", [("token_of_form", form)]).location == "/sign-in")
            }
        }
    }

    @Test("A provider that has gone away keeps nobody signed in here")
    func gone() async throws {
        try await ProviderStory.run { story in
            try await story.signIn()
            // A node that was started since knows nothing of the provider, and cannot ask.
            let door = ProviderStory.door("http://127.0.0.1:1", story.client)
            let other = try await WebFixture(node: "node-b", provider: door)
            try await other.run { browser in
                await browser.take(from: story.browser)
                let form = try await browser.get("/account").formToken
                let page = try await browser.post("/sign-out", [("token_of_form", form)])
                #expect(page.status == 200)
                #expect(await browser.cookies["tidemark_session"] == nil)
                #expect(try await story.browser.get("/account").location?.hasPrefix("/sign-in") == true)
            }
        }
    }

    @Test("Whoever came with a key or a password has nothing to end at the provider")
    func byKey() async throws {
        try await ProviderStory.run { story in
            try await story.browser.signIn(story.fixture.key.text)
            #expect(try await signOut(story).location == "/sign-in")
        }
    }
}
