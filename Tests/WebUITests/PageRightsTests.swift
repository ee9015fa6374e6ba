import FleetModel
import FleetStore
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import HTTPAPI
@testable import WebUI

typealias TablePage = Page

/// Every page with every role, made from the table of pages: a page that is added is in it.
@Suite(.migratedSchema)
struct PageRightsTests {
    @Test("Every page lets in whoever has the role that it takes, and nobody else", arguments: Role.allCases)
    func everyRole(_ role: Role) async throws {
        let fixture = try await WebFixture()
        let key = try await fixture.store.createAPIKey(name: "one", grants: [Grant(role)], by: "test")
        let pages = try fixture.pages
        try await fixture.run { browser in
            try await browser.signIn(key.text)
            let token = try await browser.get("/").formToken
            for page in pages where page.path != "/live/events" {
                guard case .needs(let right) = page.access else { continue }
                let answer = try await browser.ask(page, token: token)
                #expect((answer.status == 403) == (role < right.least), "\(page.route): \(answer.words)")
                #expect(!(answer.location ?? "").hasPrefix("/sign-in"), "\(page.route)")
            }
        }
    }

    @Test("Without a session every page but the published few leads to the sign-in page")
    func nobody() async throws {
        let fixture = try await WebFixture()
        let pages = try fixture.pages
        try await fixture.run { browser in
            for page in pages where page.access != .open {
                let answer = try await browser.ask(page, token: "")
                let isSent = (answer.location ?? "").hasPrefix("/sign-in") || answer.status == 401
                #expect(isSent, "\(page.route)")
            }
        }
        #expect(
            Set(pages.filter { $0.access == .open }.map(\.path)) == [
                "/assets/{asset}", "/sign-in", "/sign-in/oidc", "/sign-in/oidc/callback",
            ]
        )
    }

    @Test("The menu has a page for whoever may see it, and for nobody else")
    func menu() async throws {
        let pages = try await WebFixture().pages
        for place in Frame.all {
            let page = pages.first { $0.method == .get && $0.path == place.href }
            #expect(page?.access == .needs(Frame.rights[place.href] ?? .look), "\(place.href)")
        }
    }

    @Test("Somebody without any role is told so, and can sign out")
    func noRole() async throws {
        let fixture = try await WebFixture()
        let key = try await fixture.store.createAPIKey(name: "eve", grants: [], by: "test")
        try await fixture.run { browser in
            try await browser.signIn(key.text)
            let page = try await browser.get("/")
            #expect(page.status == 403)
            #expect(page.words.contains("key:eve may not look: that takes the role viewer"))
            #expect(try await fixture.events(.accessRefused) == 1)
            let account = try await browser.get("/account")
            #expect(account.words.contains("No role: you may do nothing."))
            let out = try await browser.post("/sign-out", [("token_of_form", account.formToken)])
            #expect(out.location == "/sign-in")
        }
    }
}

extension Browser {
    /// Asks for the page with nothing that it could work on.
    fileprivate func ask(_ page: TablePage, token: String) async throws -> Page {
        let path = page.path.replacing("{", with: "").replacing("}", with: "")
        return page.method == .post
            ? try await post(path, [("token_of_form", token)]) : try await get(path)
    }
}

extension WebFixture {
    /// The table of pages.
    var pages: [TablePage] {
        get throws {
            PageTable.all(
                WebContext(
                    api: api,
                    templates: try Templates(),
                    assets: Assets(),
                    throttle: SignInThrottle(),
                    provider: nil
                )
            )
        }
    }
}
