import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI
@testable import WebUI

@Suite(.migratedSchema)
struct PasswordSignInTests {
    private static let password = "correct horse battery"

    private func fixture() async throws -> WebFixture {
        let fixture = try await WebFixture()
        let hash = try await fixture.api.hasher.hash(Self.password)
        try await fixture.store.unitOfWork(by: "test") { tx, changes in
            for (name, role) in [("grace", Role.admin), ("bob", .viewer)] {
                _ = try PersonCommands.create(
                    name: name,
                    displayName: "",
                    grants: [Grant(role)],
                    in: tx,
                    &changes
                )
                _ = try PersonCommands.setPassword(hash, of: name, in: tx, &changes)
            }
        }
        return fixture
    }

    @Test("Somebody signs in with name and password, and what is done then is done in that name")
    func signIn() async throws {
        let fixture = try await fixture()
        try await fixture.run { browser in
            let page = try await browser.signIn("grace", Self.password)
            #expect(page.status == 303 && page.location == "/")
            let home = try await browser.get("/")
            #expect(home.status == 200 && home.words.contains("person:grace"))
            let actor: String = try await fixture.store.database.query(
                "SELECT actor FROM event WHERE category = 'SignedIn'"
            )[0]["actor"]
            #expect(actor == "person:grace")
        }
    }

    @Test("What a person may is asked as of a key")
    func rights() async throws {
        let fixture = try await fixture()
        try await fixture.run { browser in
            try await browser.signIn("bob", Self.password)
            let token = try await browser.get("/").formToken
            #expect(try await browser.get("/machines").status == 200)
            let refused = try await browser.post("/join", [("token_of_form", token)])
            #expect(refused.status == 403)
            #expect(refused.words.contains("person:bob may not make or revoke join tokens"))
        }
    }

    @Test("A wrong password and nobody's name get the same answer, and an event that tells them apart")
    func refused() async throws {
        let fixture = try await fixture()
        try await fixture.run { browser in
            let wrong = try await browser.signIn("grace", "not the password")
            let nobody = try await browser.signIn("nobody", Self.password)
            for page in [wrong, nobody] {
                #expect(page.status == 403)
                #expect(page.words.contains("This name and this password do not belong together."))
            }
            let told: [String] = try await fixture.store.database.query(
                "SELECT message FROM event WHERE category = 'SignInRefused' ORDER BY id"
            ).map { try $0["message"] }
            #expect(
                told.map { $0.split(separator: ": ").last.map(String.init) } == [
                    "the password of grace is another",
                    "there is nobody of the name that was given, with a password",
                ]
            )
        }
    }

    @Test("A name that is tried from many addresses waits as well, and others do not")
    func throttled() async throws {
        let fixture = try await fixture()
        try await fixture.run { browser in
            for number in 0..<10 {
                _ = try await browser.signIn("Grace", "not the password", from: "10.0.0.\(number)")
            }
            #expect(try await browser.signIn("grace", Self.password, from: "10.0.1.1").status == 429)
            #expect(try await browser.signIn("bob", Self.password, from: "10.0.1.1").status == 303)
        }
    }

    @Test("Who is disabled in the middle of a session is at the door with the next request")
    func disabled() async throws {
        let fixture = try await fixture()
        try await fixture.run { browser in
            try await browser.signIn("bob", Self.password)
            #expect(try await browser.get("/").status == 200)
            try await fixture.store.unitOfWork(by: "test") { tx, changes in
                _ = try PersonCommands.setDisabled(true, "bob", in: tx, &changes)
            }
            #expect(try await browser.get("/").location == "/sign-in")
        }
    }
}

extension Browser {
    @discardableResult
    func signIn(_ name: String, _ password: String, from address: String = "10.0.0.9") async throws -> Page {
        let headers: HTTPFields = [.forwardedFor: address]
        let page = try await get("/sign-in", headers: headers)
        return try await post(
            "/sign-in",
            [
                ("name", name), ("password", password), ("next", "/"), ("token_of_form", page.formToken),
            ],
            headers: headers
        )
    }
}
