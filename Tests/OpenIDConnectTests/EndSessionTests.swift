import FleetModel
import Foundation
import TestProvider
import Testing

@testable import OpenIDConnect

@Suite struct EndSessionTests {
    private static let back = "https://tidemark.example/sign-in"
    private static let path = "/.well-known/openid-configuration"

    /// Somebody signed in at a provider that says this of where sessions end.
    private func signedIn(
        endpoint: JSONValue?,
        back: String? = back,
        claims: [String: JSONValue] = [:]
    ) async throws -> (session: ProviderSession, token: String) {
        let key = try await TestKey()
        let fixture = try ProviderFixture(keys: [key], signedOutRedirect: back)
        var document = ScriptedTransport.document
        document["end_session_endpoint"] = endpoint
        await fixture.transport.answer(Self.path, with: try ScriptedTransport.json(document))
        let token = try key.token(ProviderFixture.claims(claims))
        return (try await fixture.session(token), token)
    }

    @Test("To sign out there, the browser brings the token, who we are, and where it comes back to")
    func address() async throws {
        let (session, token) = try await signedIn(endpoint: .string("https://id.example/end?tenant=1"))
        let address = try #require(session.endAddress)
        #expect(
            address == "https://id.example/end?tenant=1&client_id=tide%3Amark"
                + "&post_logout_redirect_uri=https%3A%2F%2Ftidemark.example%2Fsign-in&id_token_hint=\(token)"
        )
        #expect(!"\(session)".contains(token))
    }

    @Test("A token that is too long for an address stays here; who we are still says which application it is")
    func longToken() async throws {
        let groups = JSONValue.array((0..<500).map { .string("group-\($0)") })
        let (session, token) = try await signedIn(
            endpoint: .string("https://id.example/end"),
            claims: ["groups": groups]
        )
        #expect(token.utf8.count > 4096)
        #expect(
            session.endAddress == "https://id.example/end?client_id=tide%3Amark"
                + "&post_logout_redirect_uri=https%3A%2F%2Ftidemark.example%2Fsign-in"
        )
    }

    @Test(
        "Nobody is sent there who need not be, or where it is not safe, and signing in works all the same",
        arguments: [
            (nil, back), (.null, back), (.string("http://id.example/end"), back), (.int(7), back),
            (.string("https://id.example/end"), nil),
        ] as [(JSONValue?, String?)]
    )
    func nowhere(_ endpoint: JSONValue?, _ back: String?) async throws {
        let (session, _) = try await signedIn(endpoint: endpoint, back: back)
        #expect(session.endAddress == nil)
        #expect(session.identity.subject == "s-1")
    }
}
