import Crypto
import FleetModel
import TestProvider
import Testing

@testable import OpenIDConnect

@Suite struct IDTokenTests {
    @Test(
        "A token is accepted in each way of signing that proves who signed",
        arguments: TestKey.Kind.allCases
    )
    func accepted(_ kind: TestKey.Kind) async throws {
        let key = try await TestKey(kind)
        let identity = try await ProviderFixture(keys: [key]).identity(key.token(ProviderFixture.claims()))
        #expect(identity == ProviderIdentity(issuer: ScriptedTransport.issuer, subject: "s-1", name: "ada"))
    }

    @Test("The ways of signing that are tested are those that are accepted")
    func allWays() {
        #expect(SignatureAlgorithm.allCases.map(\.rawValue) == TestKey.Kind.allCases.map(\.rawValue))
    }

    /// How a token is wrong, and which check says so.
    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fault: IDTokenFault
        let token: @Sendable (TestKey) async throws -> String

        init(
            _ what: String,
            _ fault: IDTokenFault,
            _ token: @escaping @Sendable (TestKey) async throws -> String
        ) {
            testDescription = what
            self.fault = fault
            self.token = token
        }

        /// Signed as it should be, with claims that it should not have.
        init(_ what: String, _ fault: IDTokenFault, claims: [String: JSONValue]) {
            self.init(what, fault) { try $0.token(ProviderFixture.claims(claims)) }
        }
    }

    private static let seconds = ProviderFixture.now.microseconds / 1_000_000

    static let forgeries =
        [
            Forgery("signed with another key of the same name", .signature) { _ in
                try await TestKey().token(ProviderFixture.claims())
            },
            Forgery("claims changed after it was signed", .signature) { key in
                let parts = try key.token(ProviderFixture.claims()).split(separator: ".")
                let other = try key.token(ProviderFixture.claims(["sub": .string("s-2")])).split(
                    separator: "."
                )
                return "\(parts[0]).\(other[1]).\(parts[2])"
            },
            Forgery("no signature", .signature) { key in
                try TestToken.of(key.header, ProviderFixture.claims()) { _ in [] }
            },
            Forgery("alg none", .algorithm) { _ in
                try TestToken.of(["alg": .string("none")], ProviderFixture.claims()) { _ in [] }
            },
            Forgery("alg nOnE", .algorithm) { _ in
                try TestToken.of(["alg": .string("nOnE")], ProviderFixture.claims()) { _ in [] }
            },
            Forgery("no alg", .algorithm) { key in
                try TestToken.of(["kid": .string(key.keyID)], ProviderFixture.claims(), key.sign)
            },
            Forgery("HS256 with the public key as the secret", .algorithm) { key in
                try TestToken.of(
                    ["alg": .string("HS256"), "kid": .string(key.keyID)],
                    ProviderFixture.claims()
                ) { TestToken.hmac($0, key: Array(key.publicPEM.utf8)) }
            },
            Forgery("HS256 with the client secret", .algorithm) { _ in
                try TestToken.of(["alg": .string("HS256")], ProviderFixture.claims()) {
                    TestToken.hmac($0, key: Array("s&cret".utf8))
                }
            },
            Forgery("another algorithm than the key is for", .unknownKey) { key in
                try TestToken.of(
                    ["alg": .string("RS256"), "kid": .string(key.keyID)],
                    ProviderFixture.claims(),
                    key.sign
                )
            },
            Forgery("a key that the provider does not have", .unknownKey) { _ in
                try await TestKey(keyID: "made-up").token(ProviderFixture.claims())
            },
            Forgery("the key is in the token", .signature) { key in
                let own = try await TestKey()
                let header = key.header.merging(["jwk": .object(own.published)]) { $1 }
                return try TestToken.of(header, ProviderFixture.claims(), own.sign)
            },
            Forgery("an extension that must be understood", .malformed) { key in
                try TestToken.of(
                    key.header.merging(["crit": .array([.string("b64")])]) { $1 },
                    ProviderFixture.claims(),
                    key.sign
                )
            },
            Forgery("two parts", .malformed) { key in
                try key.token(ProviderFixture.claims()).split(separator: ".").prefix(2).joined(separator: ".")
            },
            Forgery("four parts", .malformed) { try $0.token(ProviderFixture.claims()) + ".AAAA" },
            Forgery("padding", .malformed) { try $0.token(ProviderFixture.claims()) + "==" },
            Forgery("empty", .malformed) { _ in "" },
            Forgery("too long", .malformed) { key in
                try key.token(
                    ProviderFixture.claims(["x": .string(String(repeating: "x", count: IDToken.mostBytes))])
                )
            },
        ] + claims

    private static let claims = [
        Forgery("another issuer", .issuer, claims: ["iss": .string("https://id.example/")]),
        Forgery("no issuer", .issuer, claims: ["iss": .null]),
        Forgery("another audience", .audience, claims: ["aud": .string("somebody")]),
        Forgery("no audience", .audience, claims: ["aud": .null]),
        Forgery("an audience that is none", .audience, claims: ["aud": .array([])]),
        Forgery(
            "several audiences and nobody it was issued to",
            .authorizedParty,
            claims: ["aud": .array([.string("tide:mark"), .string("somebody")])]
        ),
        Forgery("issued to somebody else", .authorizedParty, claims: ["azp": .string("somebody")]),
        Forgery("another nonce", .nonce, claims: ["nonce": .string("another")]),
        Forgery("no nonce", .nonce, claims: ["nonce": .null]),
        Forgery("expired", .expired, claims: ["exp": .int(seconds - 60)]),
        Forgery("no expiry", .expired, claims: ["exp": .null]),
        Forgery("an expiry that is no number", .expired, claims: ["exp": .string("9999999999")]),
        Forgery("issued in the future", .issuedLater, claims: ["iat": .int(seconds + 61)]),
        Forgery("not said when issued", .issuedLater, claims: ["iat": .null]),
        Forgery("not valid yet", .notYetValid, claims: ["nbf": .int(seconds + 61)]),
        Forgery("no subject", .subject, claims: ["sub": .null]),
        Forgery("an empty subject", .subject, claims: ["sub": .string("")]),
        Forgery("a subject that is no text", .subject, claims: ["sub": .int(7)]),
        Forgery(
            "a subject that is too long",
            .subject,
            claims: ["sub": .string(String(repeating: "s", count: 256))]
        ),
        Forgery("a subject with a line break", .subject, claims: ["sub": .string("s\n1")]),
    ]

    @Test(
        "A token that is wrong in one thing is refused, and the refusal names the check",
        arguments: forgeries
    )
    func refused(_ forgery: Forgery) async throws {
        let key = try await TestKey()
        let token = try await forgery.token(key)
        let fixture = try ProviderFixture(keys: [key])
        let fault = await #expect(throws: ProviderFault.self) { try await fixture.identity(token) }
        #expect(fault == .token(forgery.fault))
        // Nothing of the token is in the message.
        for part in token.split(separator: ".") where part.count > 10 {
            #expect(!"\(fault.map { "\($0)" } ?? "")".contains(part))
        }
    }

    @Test("Every refusal has words of its own, and every one is reached")
    func words() {
        #expect(Set(IDTokenFault.allCases.map(\.description)).count == IDTokenFault.allCases.count)
        let reached = Set(Self.forgeries.map { "\($0.fault)" })
        #expect(
            Set(IDTokenFault.allCases.map(\.description)).subtracting(reached) == [
                IDTokenFault.noKeyNamed.description
            ]
        )
    }

    @Test(
        "Clocks may be a minute apart, and times may have fractions",
        arguments: [
            ["exp": .int(seconds - 59)], ["exp": .double(Double(seconds) - 59.5)],
            ["iat": .int(seconds + 60)],
            ["nbf": .int(seconds + 60)],
        ] as [[String: JSONValue]]
    )
    func leeway(_ changes: [String: JSONValue]) async throws {
        let key = try await TestKey()
        let fixture = try ProviderFixture(keys: [key])
        #expect(try await fixture.identity(key.token(ProviderFixture.claims(changes))).subject == "s-1")
    }

    @Test("A token for several is accepted when it was issued to this client")
    func severalAudiences() async throws {
        let key = try await TestKey()
        let audience: JSONValue = .array([.string("somebody"), .string("tide:mark")])
        let claims = ProviderFixture.claims(["aud": audience, "azp": .string("tide:mark")])
        #expect(try await ProviderFixture(keys: [key]).identity(key.token(claims)).subject == "s-1")
    }

    @Test("A token that names no key is accepted while one key alone can be meant")
    func namesNoKey() async throws {
        let key = try await TestKey()
        let token = try TestToken.of(["alg": .string("ES256")], ProviderFixture.claims(), key.sign)
        let rsa = try await TestKey(.rs256, keyID: "rsa")
        #expect(try await ProviderFixture(keys: [rsa, key]).identity(token).subject == "s-1")
        let second = try await TestKey(keyID: "key-2")
        let two = try ProviderFixture(keys: [key, second])
        await #expect(throws: ProviderFault.token(.noKeyNamed)) { try await two.identity(token) }
    }

    @Test("A key that is not for signatures, or that is none, does not count, and the others still do")
    func oddKeys() async throws {
        let key = try await TestKey()
        let fixture = try ProviderFixture()
        let odd: [JSONValue] = [
            .string("no key"),
            .object(["kty": .string("oct"), "k": .string("c2VjcmV0"), "kid": .string("key-1")]),
            .object(key.published.merging(["use": .string("enc")]) { $1 }),
            .object(["kty": .string("EC"), "crv": .string("secp256k1"), "kid": .string("key-1")]),
        ]
        let token = try key.token(ProviderFixture.claims())
        await fixture.transport.answer("/keys", with: try ScriptedTransport.json(["keys": .array(odd)]))
        await #expect(throws: ProviderFault.token(.unknownKey)) { try await fixture.identity(token) }
        let other = try ProviderFixture()
        let all = odd + [.object(key.published)]
        await other.transport.answer("/keys", with: try ScriptedTransport.json(["keys": .array(all)]))
        #expect(try await other.identity(token).subject == "s-1")
    }

    @Test(
        "The name is taken from the claim that was set, else from preferred_username, else from a proven e-mail address",
        arguments: [
            (nil, [:], "ada"),
            (
                nil, ["preferred_username": .null, "email": .string("ada@example.com")],
                "ada@example.com"
            ),
            (nil, ["preferred_username": .string("  "), "email": .string(" a@b.c ")], "a@b.c"),
            (
                nil,
                [
                    "preferred_username": .null, "email": .string("ada@example.com"),
                    "email_verified": .bool(false),
                ], nil
            ),
            ("upn", ["upn": .string("ada@corp")], "ada@corp"), ("upn", [:], nil),
            (nil, ["preferred_username": .string("a\u{0}b"), "email": .int(1)], nil),
        ] as [(String?, [String: JSONValue], String?)]
    )
    func names(_ claim: String?, _ changes: [String: JSONValue], _ name: String?) async throws {
        let key = try await TestKey()
        let fixture = try ProviderFixture(keys: [key], nameClaim: claim)
        #expect(try await fixture.identity(key.token(ProviderFixture.claims(changes))).name == name)
    }
}
