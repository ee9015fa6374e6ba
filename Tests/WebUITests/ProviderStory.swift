import FleetClient
import FleetModel
import FleetStore
import Foundation
import Hummingbird
import HummingbirdTesting
import OpenIDConnect
import Postgres
import TestProvider
import Testing

@testable import WebUI

/// A node's pages, a provider that is reached over HTTP, and the browser that goes between the two.
struct ProviderStory: Sendable {
    let fixture: WebFixture
    let provider: TestProvider
    let browser: Browser
    /// Ours to the provider.
    let client: BoundedClient
    /// The browser's to the provider.
    private let http: any TestClientProtocol

    static let publicURL = "https://tidemark.example"

    static func run(
        signsOutThere: Bool = true,
        _ body: @escaping @Sendable (ProviderStory) async throws -> Void
    ) async throws {
        let provider = TestProvider(key: try await TestKey())
        provider.behave {
            $0.claims = ["preferred_username": .string("grace"), "name": .string("Grace Hopper")]
        }
        try await Application(router: provider.router).test(.live) { http in
            provider.issuer = "http://127.0.0.1:\(try #require(http.port))"
            let client = BoundedClient(program: "test")
            let door = door(provider.issuer, client, signsOutThere: signsOutThere)
            do {
                let fixture = try await WebFixture(provider: door)
                try await fixture.run { browser in
                    try await body(
                        ProviderStory(
                            fixture: fixture,
                            provider: provider,
                            browser: browser,
                            client: client,
                            http: http
                        )
                    )
                }
            } catch {
                // One that is left open ends the process, and what failed is not seen.
                await client.close()
                throw error
            }
            await client.close()
        }
    }

    static func door(
        _ issuer: String,
        _ client: BoundedClient,
        signsOutThere: Bool = true
    ) -> ProviderDoor {
        ProviderDoor(
            ProviderSettings(
                issuer: issuer,
                clientID: TestProvider.clientID,
                clientSecret: TestProvider.clientSecret,
                redirect: publicURL + ProviderDoor.callback,
                signedOutRedirect: signsOutThere ? publicURL + ProviderDoor.signedOut : nil
            ),
            publicURL: publicURL,
            transport: HTTPProviderTransport(client)
        )
    }

    /// Where the provider sends the browser back to, as a path of ours.
    func atProvider(
        _ browser: Browser? = nil,
        next: String = "/",
        headers: HTTPFields = [:]
    ) async throws -> String {
        let page = try await (browser ?? self.browser).get(
            "/sign-in/oidc?next=\(Link.encode(next))",
            headers: headers
        )
        let there = try #require(page.location)
        let back = try await atProvider(there)
        try #require(back.hasPrefix(Self.publicURL + "/sign-in/oidc/callback?"))
        return String(back.dropFirst(Self.publicURL.count))
    }

    /// Where the provider sends the browser that comes to this address of it.
    func atProvider(_ address: String) async throws -> String {
        try #require(address.hasPrefix(provider.issuer))
        return try await http.execute(uri: String(address.dropFirst(provider.issuer.count)), method: .get) {
            try #require($0.headers[.location])
        }
    }

    /// The whole way there and back.
    @discardableResult
    func signIn(_ browser: Browser? = nil, next: String = "/") async throws -> Browser.Page {
        try await (browser ?? self.browser).get(try await atProvider(browser, next: next))
    }

    func hasSession(_ browser: Browser? = nil) async -> Bool {
        await (browser ?? self.browser).cookies["tidemark_session"] != nil
    }

    /// What the database says that is not the event of it.
    func text(_ sql: SQL) async throws -> String {
        try await fixture.store.database.query(sql)[0]["text"]
    }
}
