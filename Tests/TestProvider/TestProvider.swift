import Crypto
package import FleetModel
import Foundation
import HTTPTypes
package import Hummingbird
import Synchronization

/// An OpenID provider for tests, served over real HTTP. It knows one person, asks nothing, and is as strict as a real one
/// about codes, redirects and PKCE.
package final class TestProvider: Sendable {
    package static let clientID = "tidemark"
    package static let clientSecret = "a secret: with & signs"

    /// Who signs in, and how the provider behaves.
    package struct Behaviour: Sendable {
        package var claims: [String: JSONValue] = [:]
        /// The browser comes back with this error instead of a code.
        package var error: String?
        /// Who the provider says it is to the browser, when that is a lie.
        package var issuerInAnswer: String?
        package var subject = "subject-1"
        /// It lets browsers end their session.
        package var endsSessions = true
    }

    private struct State: Sendable {
        var behaviour = Behaviour()
        var codes: [String: [String: String]] = [:]
        var issuer = ""
        var exchanges = 0
        var issued: [String] = []
        var ended: [[String: String]] = []
    }

    package let key: TestKey
    private let state = Mutex(State())

    package init(key: TestKey) {
        self.key = key
    }

    package var issuer: String {
        get { state.withLock { $0.issuer } }
        set { state.withLock { $0.issuer = newValue } }
    }

    /// How often somebody came with a code.
    package var exchanges: Int { state.withLock { $0.exchanges } }

    /// What browsers brought that came to end their session.
    package var ended: [[String: String]] { state.withLock { $0.ended } }

    package func behave(_ change: @Sendable (inout Behaviour) -> Void) {
        state.withLock { change(&$0.behaviour) }
    }

    package var router: Router<BasicRequestContext> {
        let router = Router()
        router.get("/.well-known/openid-configuration") { _, _ in try self.json(self.document) }
        router.get("/keys") { _, _ in try self.json(["keys": .array([.object(self.key.published)])]) }
        router.get("/authorize") { request, _ in self.authorize(request.uri.queryParameters) }
        router.get("/end-session") { request, _ in self.endSession(request.uri.queryParameters) }
        router.post("/token") { request, _ in
            let body = try await request.body.collect(upTo: 10_000)
            let form = try URLEncodedFormDecoder().decode([String: String].self, from: String(buffer: body))
            return try self.exchange(form, request.headers[.authorization])
        }
        return router
    }

    private var document: [String: JSONValue] {
        var document: [String: JSONValue] = [
            "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize"),
            "token_endpoint": .string(issuer + "/token"), "jwks_uri": .string(issuer + "/keys"),
            "authorization_response_iss_parameter_supported": .bool(true),
            "code_challenge_methods_supported": .array([.string("S256")]),
        ]
        if state.withLock({ $0.behaviour.endsSessions }) {
            document["end_session_endpoint"] = .string(issuer + "/end-session")
        }
        return document
    }

    private func endSession(_ query: Parameters) -> Response {
        let fields = Dictionary(query.map { (String($0.key), String($0.value)) }) { first, _ in first }
        let isOurs = state.withLock { state in
            state.ended.append(fields)
            return state.issued.contains(fields["id_token_hint"] ?? "")
        }
        guard isOurs, fields["client_id"] == Self.clientID, let back = fields["post_logout_redirect_uri"]
        else { return Response(status: .badRequest) }
        return Response(status: .seeOther, headers: [.location: back])
    }

    private func authorize(_ query: Parameters) -> Response {
        let fields = Dictionary(query.map { (String($0.key), String($0.value)) }) { first, _ in first }
        guard fields["client_id"] == Self.clientID, fields["response_type"] == "code",
            fields["code_challenge_method"] == "S256", fields["scope"]?.contains("openid") == true,
            let redirect = fields["redirect_uri"], let sent = fields["state"]
        else { return Response(status: .badRequest) }
        let code = UUID().uuidString
        let (issuer, error) = state.withLock { state in
            state.codes[code] = fields
            return (state.behaviour.issuerInAnswer ?? state.issuer, state.behaviour.error)
        }
        let outcome = error.map { "error=\($0)" } ?? "code=\(code)"
        return Response(
            status: .seeOther,
            headers: [.location: "\(redirect)?\(outcome)&state=\(sent)&iss=\(issuer)"]
        )
    }

    private func exchange(_ form: [String: String], _ authorization: String?) throws -> Response {
        let (asked, behaviour, issuer) = state.withLock { state in
            state.exchanges += 1
            return (state.codes.removeValue(forKey: form["code"] ?? ""), state.behaviour, state.issuer)
        }
        let pair = "\(Self.clientID):a%20secret%3A%20with%20%26%20signs"
        guard authorization == "Basic " + Data(pair.utf8).base64EncodedString() else {
            return try json(["error": .string("invalid_client")], status: .unauthorized)
        }
        let challenge = TestKey.base64(SHA256.hash(data: Data((form["code_verifier"] ?? "").utf8)))
        guard let asked, form["grant_type"] == "authorization_code",
            asked["redirect_uri"] == form["redirect_uri"],
            asked["code_challenge"] == challenge
        else { return try json(["error": .string("invalid_grant")], status: .badRequest) }
        let now = Int64(Date().timeIntervalSince1970)
        var claims: [String: JSONValue] = [
            "iss": .string(issuer), "aud": .string(Self.clientID), "sub": .string(behaviour.subject),
            "iat": .int(now), "exp": .int(now + 300), "nonce": .string(asked["nonce"] ?? ""),
        ]
        claims.merge(behaviour.claims) { $1 }
        let token = try key.token(claims)
        state.withLock { $0.issued.append(token) }
        return try json(["id_token": .string(token), "token_type": .string("Bearer")])
    }

    private func json(_ fields: [String: JSONValue], status: HTTPResponse.Status = .ok) throws -> Response {
        let bytes = try JSONEncoder().encode(fields)
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
