import FleetModel
import Foundation
import TestProvider

@testable import OpenIDConnect

/// A provider in memory: what stands at which address, and who asked for it.
actor ScriptedTransport: ProviderTransport {
    static let issuer = "https://id.example"

    private(set) var asked: [ProviderRequest] = []
    private var answers: [String: ProviderAnswer] = [:]

    init(keys: [TestKey] = []) throws {
        answers["\(Self.issuer)/.well-known/openid-configuration"] = try Self.json(Self.document)
        answers["\(Self.issuer)/keys"] = try Self.keys(keys)
    }

    static let document: [String: JSONValue] = [
        "issuer": .string(issuer), "authorization_endpoint": .string(issuer + "/authorize?tenant=1"),
        "token_endpoint": .string(issuer + "/token"), "jwks_uri": .string(issuer + "/keys"),
    ]

    static func json(_ fields: [String: JSONValue], status: Int = 200) throws -> ProviderAnswer {
        ProviderAnswer(status: status, body: Array(try JSONEncoder().encode(fields)))
    }

    static func keys(_ keys: [TestKey]) throws -> ProviderAnswer {
        try json(["keys": .array(keys.map { .object($0.published) })])
    }

    func answer(_ path: String, with answer: ProviderAnswer) {
        answers[Self.issuer + path] = answer
    }

    func answer(token: String, access: String?) throws {
        var fields: [String: JSONValue] = ["id_token": .string(token)]
        fields["access_token"] = access.map { .string($0) }
        answers["\(Self.issuer)/token"] = try Self.json(fields)
    }

    func count(_ path: String) -> Int { asked.count { $0.address.text == Self.issuer + path } }

    func send(_ request: ProviderRequest) async throws(ProviderFault) -> ProviderAnswer {
        asked.append(request)
        guard let answer = answers[request.address.text] else {
            throw .unreachable(what: request.what, reason: "nobody is there")
        }
        return answer
    }
}

/// A provider that is asked through a `ScriptedTransport`.
struct ProviderFixture {
    static let now = Instant(microseconds: 1_800_000_000_000_000)
    static let secrets = AttemptSecrets(
        state: "the-state",
        nonce: "the-nonce",
        verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    )

    let transport: ScriptedTransport
    let provider: Provider

    init(
        keys: [TestKey] = [],
        clientSecret: String? = "s&cret",
        signedOutRedirect: String? = nil,
        nameClaim: String? = nil
    ) throws {
        transport = try ScriptedTransport(keys: keys)
        provider = Provider(
            ProviderSettings(
                issuer: ScriptedTransport.issuer,
                clientID: "tide:mark",
                clientSecret: clientSecret,
                redirect: "https://tidemark.example/sign-in/oidc/callback",
                signedOutRedirect: signedOutRedirect,
                nameClaim: nameClaim
            ),
            transport: transport
        )
    }

    /// Claims that are all right, until some of them are changed; null takes one away.
    static func claims(_ changes: [String: JSONValue] = [:]) -> [String: JSONValue] {
        let seconds = now.microseconds / 1_000_000
        var claims: [String: JSONValue] = [
            "iss": .string(ScriptedTransport.issuer), "aud": .string("tide:mark"), "sub": .string("s-1"),
            "exp": .int(seconds + 300), "iat": .int(seconds), "nonce": .string(secrets.nonce),
            "preferred_username": .string("ada"),
        ]
        for (name, value) in changes { claims[name] = value == .null ? nil : value }
        return claims
    }

    /// What the provider's word for the person is, when it answers the code with this token.
    func identity(
        _ token: String,
        issuer: String? = nil,
        accessToken: String? = nil,
        at moment: ContinuousClock.Instant = .now
    ) async throws -> ProviderIdentity {
        try await session(token, issuer: issuer, accessToken: accessToken, at: moment).identity
    }

    func session(
        _ token: String,
        issuer: String? = nil,
        accessToken: String? = nil,
        at moment: ContinuousClock.Instant = .now
    ) async throws -> ProviderSession {
        try await transport.answer(token: token, access: accessToken)
        return try await provider.session(
            code: "the code",
            issuer: issuer,
            of: Self.secrets,
            now: Self.now,
            at: moment
        )
    }
}
