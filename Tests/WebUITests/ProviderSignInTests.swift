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
struct ProviderSignInTests {
    @Test(
        "Somebody who was never here is let in as a person without any role, is told so, and sees nothing until given one"
    )
    func firstTime() async throws {
        try await ProviderStory.run { story in
            let page = try await story.signIn(next: "/machines")
            #expect(page.status == 303)
            #expect(page.location == "/no-role")
            let told = try await story.browser.get("/no-role")
            #expect(told.words.contains("You are signed in as grace ."))
            #expect(try await story.browser.get("/machines").status == 403)
            #expect(try await story.fixture.events(.personCreated) == 1)
            #expect(try await story.fixture.events(.personLinked) == 1)
            #expect(try await story.fixture.events(.signedIn) == 1)
            #expect(
                try await story.text(
                    "SELECT actor || ' ' || message AS text FROM event WHERE category = 'PersonCreated'"
                )
                    == "person:grace person grace was entered, with no role"
            )
            #expect(
                try await story.text(
                    "SELECT p.display_name || ' ' || i.subject AS text FROM person p JOIN person_identity i ON i.person_id = p.id"
                ) == "Grace Hopper subject-1"
            )
            try await story.fixture.store.unitOfWork(by: "test") { tx, changes in
                _ = try PersonCommands.grant([Grant(.viewer)], to: "grace", in: tx, &changes)
            }
            #expect(try await story.browser.get("/machines").status == 200)
            #expect(try await story.browser.get("/no-role").location == "/")
        }
    }

    @Test(
        "Somebody is known by issuer and subject, whatever the name has become, and gets to the page that was asked for"
    )
    func known() async throws {
        try await ProviderStory.run { story in
            try await story.signIn()
            try await story.fixture.store.unitOfWork(by: "test") { tx, changes in
                _ = try PersonCommands.grant([Grant(.viewer)], to: "grace", in: tx, &changes)
            }
            story.provider.behave { $0.claims["preferred_username"] = .string("hopper") }
            #expect(try await story.signIn(next: "/machines?q=a").location == "/machines?q=a")
            let people: SQL = "SELECT count(*) AS count FROM person WHERE last_sign_in_at IS NOT NULL"
            #expect(try await story.fixture.count(people) == 1)
            #expect(try await story.browser.get("/").words.contains("person:grace"))
        }
    }

    @Test(
        "A name that is somebody's here is not given to whoever comes with it, until an administrator links the two"
    )
    func nameTaken() async throws {
        try await ProviderStory.run { story in
            try await story.fixture.store.unitOfWork(by: "test") { tx, changes in
                _ = try PersonCommands.create(
                    name: "Grace",
                    displayName: "",
                    grants: [Grant(.admin)],
                    in: tx,
                    &changes
                )
            }
            let page = try await story.signIn()
            #expect(page.status == 403)
            let issuer = story.provider.issuer
            #expect(page.text.contains("tidemark user link Grace --issuer"))
            #expect(page.words.contains(issuer))
            #expect(await story.hasSession() == false)
            #expect(try await story.fixture.events(.signInRefused) == 1)
            try await story.fixture.store.unitOfWork(by: "test") { tx, changes in
                _ = try PersonLinkCommands.link(
                    "grace",
                    issuer: issuer,
                    subject: "subject-1",
                    in: tx,
                    &changes
                )
            }
            #expect(try await story.signIn(next: "/machines").location == "/machines")
            #expect(try await story.browser.get("/machines").status == 200)
        }
    }

    @Test(
        "An answer that was made in one browser lets nobody in who opens it in another, and is spent by that"
    )
    func loginCSRF() async throws {
        try await ProviderStory.run { story in
            try await story.fixture.run { attacker in
                // Somebody signs in as himself, stops before the last step, and makes the victim's browser take it.
                let path = try await story.atProvider(attacker)
                let page = try await story.browser.get(path)
                #expect(page.status == 403)
                #expect(page.words.contains("belongs to no sign-in that this browser began"))
                #expect(await story.hasSession() == false)
                // Nor does it help when the victim has begun a sign-in of its own.
                _ = try await story.browser.get("/sign-in/oidc")
                let again = try await story.atProvider(attacker)
                #expect(try await story.browser.get(again).status == 403)
                #expect(try await attacker.get(again).status == 403)
                #expect(await story.hasSession(attacker) == false)
                #expect(story.provider.exchanges == 0)
                #expect(try await story.fixture.events(.signedIn) == 0)
            }
        }
    }

    @Test("An answer serves once, and ten minutes long")
    func replayed() async throws {
        try await ProviderStory.run { story in
            let path = try await story.atProvider()
            #expect(try await story.browser.get(path).status == 303)
            #expect(try await story.browser.get(path).status == 403)
            let late = try await story.atProvider()
            _ = try await story.fixture.store.database.query(
                """
                UPDATE provider_attempt SET created_at = now() - interval '10 minutes 1 second',
                       expires_at = now() - interval '1 second'
                """
            )
            #expect(try await story.browser.get(late).status == 403)
            #expect(story.provider.exchanges == 1)
            #expect(try await story.fixture.count("SELECT count(*) AS count FROM provider_attempt") == 0)
        }
    }

    @Test("The browser may come back to another node than it was sent from")
    func anyNode() async throws {
        try await ProviderStory.run { story in
            let door = ProviderStory.door(story.provider.issuer, story.client)
            let other = try await WebFixture(node: "node-b", provider: door)
            let path = try await story.atProvider()
            try await other.run { browser in
                await browser.take(from: story.browser)
                let page = try await browser.get(path)
                #expect(page.location == "/no-role")
            }
        }
    }

    /// What the provider does, and what the page says.
    struct Misbehaviour: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let words: String
        var exchanges = 1
        let change: @Sendable (inout TestProvider.Behaviour) -> Void
    }

    @Test(
        "What the provider says is checked, and a refusal is written down in words without the token",
        arguments: [
            Misbehaviour(
                testDescription: "it says no",
                words: "did not sign you in: access_denied",
                exchanges: 0
            ) {
                $0.error = "access_denied"
            },
            Misbehaviour(testDescription: "markup for a word", words: "it gave no word for it", exchanges: 0)
            {
                $0.error = "%3Cb%3E"
            },
            Misbehaviour(testDescription: "another nonce", words: "another attempt to sign in (nonce)") {
                $0.claims["nonce"] = .string("replayed")
            },
            Misbehaviour(testDescription: "another audience", words: "not meant for this client (aud)") {
                $0.claims["aud"] = .string("somebody")
            },
            Misbehaviour(testDescription: "expired", words: "it has expired") { $0.claims["exp"] = .int(1) },
            Misbehaviour(testDescription: "no name", words: "calls you by no name") {
                $0.claims["preferred_username"] = nil
            },
            Misbehaviour(
                testDescription: "an impossible name",
                words: "calls you '-x y', which can be no name here"
            ) {
                $0.claims["preferred_username"] = .string("-x y")
            },
            Misbehaviour(testDescription: "another provider's answer", words: "as its issuer", exchanges: 0) {
                $0.issuerInAnswer = "https://evil.example"
            },
        ]
    )
    func misbehaviour(_ kind: Misbehaviour) async throws {
        try await ProviderStory.run { story in
            story.provider.behave(kind.change)
            let page = try await story.signIn()
            #expect(page.status == 403)
            #expect(page.words.replacing("&#39;", with: "'").contains(kind.words))
            #expect(await story.hasSession() == false)
            #expect(story.provider.exchanges == kind.exchanges)
            #expect(try await story.fixture.events(.signInRefused) == 1)
            #expect(
                try await story.fixture.count(
                    "SELECT count(*) AS count FROM event WHERE message LIKE '%eyJ%'"
                ) == 0
            )
            #expect(try await story.fixture.count("SELECT count(*) AS count FROM person") == 0)
        }
    }

    @Test("A disabled person is refused, and the session of a person who is disabled ends")
    func disabled() async throws {
        try await ProviderStory.run { story in
            try await story.signIn()
            #expect(try await story.browser.get("/no-role").status == 200)
            try await story.fixture.store.unitOfWork(by: "test") { tx, changes in
                _ = try PersonCommands.setDisabled(true, "grace", in: tx, &changes)
            }
            #expect(try await story.browser.get("/no-role").location?.hasPrefix("/sign-in") == true)
            let page = try await story.signIn()
            #expect(page.status == 403)
            #expect(page.words.contains("Person grace is disabled here"))
        }
    }

    @Test("After ten refusals the address waits, with whichever way in")
    func throttled() async throws {
        try await ProviderStory.run { story in
            for _ in 0..<10 {
                let page = try await story.browser.get("/sign-in/oidc/callback?state=x&code=y")
                #expect(page.status == 403)
            }
            #expect(try await story.browser.get("/sign-in/oidc").status == 429)
            #expect(try await story.browser.get("/sign-in/oidc/callback?state=x&code=y").status == 429)
            #expect(try await story.browser.signIn(story.fixture.key.text).status == 429)
        }
    }

    @Test("However many sign-ins are begun, an address has a hundred of them")
    func bounded() async throws {
        try await ProviderStory.run { story in
            for _ in 0..<103 { _ = try await story.browser.get("/sign-in/oidc") }
            #expect(try await story.fixture.count("SELECT count(*) AS count FROM provider_attempt") == 100)
            // The newest of them still works.
            #expect(try await story.signIn().location == "/no-role")
        }
    }

    @Test(
        "The sign-in page leads to the provider, on the cluster's own address, and back to what was asked for"
    )
    func button() async throws {
        try await ProviderStory.run { story in
            let page = try await story.browser.get("/sign-in?next=/machines")
            #expect(page.text.contains("href=\"https://tidemark.example/sign-in/oidc?next=%2Fmachines\""))
            #expect(page.words.contains("Sign in with 127.0.0.1"))
            #expect(try await story.signIn(next: "//evil.example").location == "/no-role")
        }
    }

    @Test("Without a provider there is no such page, and no button")
    func notSet() async throws {
        let fixture = try await WebFixture()
        try await fixture.run { browser in
            let page = try await browser.get("/sign-in/oidc")
            #expect(page.status == 404)
            #expect(try await browser.get("/sign-in/oidc/callback?state=x&code=y").status == 404)
            #expect(try await browser.get("/sign-in").text.contains("oidc") == false)
        }
    }

    @Test("A provider that is not there is said to be so, and whoever comes is not slowed down for it")
    func providerDown() async throws {
        try await ProviderStory.run { story in
            story.provider.issuer = "http://127.0.0.1/elsewhere"
            for _ in 0..<12 {
                let page = try await story.browser.get("/sign-in/oidc")
                #expect(page.status == 502)
                #expect(page.words.contains("the provider calls itself"))
            }
            #expect(try await story.fixture.events(.signInRefused) == 0)
            #expect(try await story.browser.signIn(story.fixture.key.text).status == 303)
        }
    }

    @Test("What waits for the browser to come back holds neither its state nor its cookie")
    func atRest() async throws {
        try await ProviderStory.run { story in
            let path = try await story.atProvider()
            let state = try #require(path.firstMatch(of: /state=([A-Za-z0-9_-]+)/).map { String($0.1) })
            #expect(state.count == 43)
            #expect(
                try await story.fixture.count(
                    "SELECT count(*) AS count FROM provider_attempt a WHERE a::text LIKE '%' || \(state) || '%'"
                ) == 0
            )
            let cookie = try #require(await story.browser.cookies["tidemark_sign_in"])
            #expect(
                try await story.fixture.count(
                    "SELECT count(*) AS count FROM provider_attempt a WHERE a::text LIKE '%' || \(cookie) || '%'"
                ) == 0
            )
        }
    }
}
