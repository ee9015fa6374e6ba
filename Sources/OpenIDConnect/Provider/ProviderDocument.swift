import FleetModel

/// What the provider says of itself, as far as it matters here (OpenID Connect Discovery section 3), checked.
struct ProviderDocument: Sendable, Equatable {
    static let mostBytes = 64 * 1024

    let authorization: ProviderAddress
    let token: ProviderAddress
    let keys: ProviderAddress
    /// Where the provider tells names that are not in its ID tokens; nil: nowhere.
    let userInfo: ProviderAddress?
    /// Where browsers end their session there; nil: nowhere, or nowhere safe, which is no reason to let nobody in.
    let endSession: ProviderAddress?
    let clientProof: ClientProof
    /// The provider names itself in its answer to the browser (RFC 9207); one that does so always must.
    let namesIssuer: Bool

    init(_ bytes: [UInt8], for settings: ProviderSettings) throws(ProviderFault) {
        let what = ProviderFault.document
        guard case .object(let fields)? = try? JSONReader.read(bytes) else {
            throw .unreadable(what: what, reason: "it is no JSON object")
        }
        guard case .string(let issuer)? = fields["issuer"] else {
            throw .unreadable(what: what, reason: "it names no issuer")
        }
        guard issuer == settings.issuer else {
            throw .otherIssuer(said: Self.shown(issuer), expected: settings.issuer)
        }
        authorization = try Self.address("authorization_endpoint", fields)
        token = try Self.address("token_endpoint", fields)
        keys = try Self.address("jwks_uri", fields)
        userInfo = try fields["userinfo_endpoint"].map { _ throws(ProviderFault) in
            try Self.address("userinfo_endpoint", fields)
        }
        if case .string(let text)? = fields["end_session_endpoint"] {
            endSession = ProviderAddress(text)
        } else {
            endSession = nil
        }
        if let methods = Self.words("code_challenge_methods_supported", fields), !methods.contains("S256") {
            throw .unsupported("it does not offer PKCE with S256")
        }
        if let flows = Self.words("response_types_supported", fields), !flows.contains("code") {
            throw .unsupported("it does not offer the authorization code flow")
        }
        clientProof = try ClientProof(
            hasSecret: settings.clientSecret != nil,
            offered: Self.words("token_endpoint_auth_methods_supported", fields)
        )
        namesIssuer = fields["authorization_response_iss_parameter_supported"] == .bool(true)
    }

    private static func address(
        _ name: String,
        _ fields: [String: JSONValue]
    ) throws(ProviderFault) -> ProviderAddress {
        guard case .string(let text)? = fields[name], let address = ProviderAddress(text) else {
            throw .unreadable(
                what: ProviderFault.document,
                reason: "\(name) is no https address"
            )
        }
        return address
    }

    /// nil: the provider does not say.
    private static func words(_ name: String, _ fields: [String: JSONValue]) -> [String]? {
        guard case .array(let values)? = fields[name] else { return nil }
        return values.compactMap { if case .string(let word) = $0 { word } else { nil } }
    }

    /// It ends up in a message.
    private static func shown(_ text: String) -> String {
        String(text.unicodeScalars.prefix(200).map { (33...126).contains($0.value) ? Character($0) : "?" })
    }
}

/// How we prove to the provider that we are the client (OpenID Connect Core section 9).
enum ClientProof: String, Sendable {
    case basic = "client_secret_basic"
    case post = "client_secret_post"
    /// A public client: it has nothing to prove it with.
    case none

    /// `offered` is nil when the provider does not say, which means `client_secret_basic`.
    init(hasSecret: Bool, offered: [String]?) throws(ProviderFault) {
        guard hasSecret else {
            // Providers that take public clients often do not list it.
            self = .none
            return
        }
        let offered = offered ?? [Self.basic.rawValue]
        guard let proof = [Self.basic, .post].first(where: { offered.contains($0.rawValue) }) else {
            throw .unsupported(
                "it takes a client secret neither as client_secret_basic nor as client_secret_post"
            )
        }
        self = proof
    }
}
