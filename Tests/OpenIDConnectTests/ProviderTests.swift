import FleetModel
import Foundation
import TestProvider
import Testing

@testable import OpenIDConnect

@Suite struct ProviderTests {
    @Test(
        "The browser is sent to the provider with everything that ties the answer to it, and nothing secret"
    )
    func authorization() async throws {
        let fixture = try ProviderFixture()
        let text = try await fixture.provider.authorizationAddress(for: ProviderFixture.secrets)
        let address = try #require(URLComponents(string: text))
        let items = try #require(address.queryItems)
        let query = Dictionary(items.map { ($0.name, $0.value ?? "") }) { first, _ in first }
        #expect(text.hasPrefix("https://id.example/authorize?tenant=1&"))
        #expect(
            query == [
                "tenant": "1", "response_type": "code", "client_id": "tide:mark",
                "scope": "openid profile email",
                "redirect_uri": "https://tidemark.example/sign-in/oidc/callback", "state": "the-state",
                "nonce": "the-nonce", "code_challenge_method": "S256",
                // Of the example in RFC 7636, appendix B.
                "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ]
        )
    }

    @Test("The secrets of an attempt have 256 bits each, and no two are the same")
    func secrets() {
        let all = (0..<100).map { _ in AttemptSecrets.random() }.flatMap {
            [$0.state, $0.nonce, $0.verifier]
        }
        #expect(Set(all).count == 300)
        #expect(all.allSatisfy { Base64URL.decode(Array($0.utf8))?.count == 32 })
        #expect("\(AttemptSecrets.random())" == "****")
    }

    @Test(
        "What the provider says of itself is refused when it is not about the provider that was set, or unsafe"
    )
    func documents() async throws {
        let cases: [([String: JSONValue], String)] = [
            (["issuer": .string("https://id.example/")], "calls itself 'https://id.example/'"),
            (["issuer": .null], "names no issuer"),
            (
                ["authorization_endpoint": .string("http://id.example/authorize")],
                "authorization_endpoint is no https"
            ),
            (["token_endpoint": .null], "token_endpoint is no https"),
            (["jwks_uri": .string("https://id.example@evil.example/keys")], "jwks_uri is no https"),
            (["code_challenge_methods_supported": .array([.string("plain")])], "PKCE with S256"),
            (["response_types_supported": .array([.string("id_token")])], "authorization code flow"),
            (
                ["token_endpoint_auth_methods_supported": .array([.string("private_key_jwt")])],
                "takes a client secret neither"
            ),
        ]
        for (changes, words) in cases {
            let fixture = try ProviderFixture()
            var document = ScriptedTransport.document
            for (name, value) in changes { document[name] = value == .null ? nil : value }
            let path = "/.well-known/openid-configuration"
            await fixture.transport.answer(path, with: try ScriptedTransport.json(document))
            let fault = await #expect(throws: ProviderFault.self) {
                try await fixture.provider.authorizationAddress(for: ProviderFixture.secrets)
            }
            #expect("\(fault.map { "\($0)" } ?? "")".contains(words))
        }
    }

    @Test(
        "We prove who we are in the way that the provider takes, and a client without a secret says its name alone"
    )
    func clientProof() async throws {
        let key = try await TestKey()
        let token = try key.token(ProviderFixture.claims())
        let cases: [(offered: [String]?, secret: String?, authorization: String?, form: String)] = [
            (nil, "s&cret", "tide%3Amark:s%26cret", ""),
            (["client_secret_post", "client_secret_basic"], "s&cret", "tide%3Amark:s%26cret", ""),
            (["client_secret_post"], "s&cret", nil, "&client_id=tide%3Amark&client_secret=s%26cret"),
            (["client_secret_basic"], nil, nil, "&client_id=tide%3Amark"),
        ]
        for (offered, secret, authorization, form) in cases {
            let fixture = try ProviderFixture(keys: [key], clientSecret: secret)
            var document = ScriptedTransport.document
            if let offered {
                document["token_endpoint_auth_methods_supported"] = .array(offered.map { .string($0) })
            }
            let path = "/.well-known/openid-configuration"
            await fixture.transport.answer(path, with: try ScriptedTransport.json(document))
            _ = try await fixture.identity(token)
            let sent = await fixture.transport.asked.first { $0.form != nil }
            #expect(
                sent?.form
                    == "grant_type=authorization_code&code=the%20code"
                    + "&redirect_uri=https%3A%2F%2Ftidemark.example%2Fsign-in%2Foidc%2Fcallback"
                    + "&code_verifier=\(ProviderFixture.secrets.verifier)" + form
            )
            #expect(
                sent?.authorization == authorization.map { "Basic " + Data($0.utf8).base64EncodedString() }
            )
        }
    }

    @Test(
        "An answer that names another provider is refused, and so is one without a name from a provider that has one"
    )
    func issuerOfAnswer() async throws {
        let key = try await TestKey()
        let token = try key.token(ProviderFixture.claims())
        let silent = try ProviderFixture(keys: [key])
        #expect(try await silent.identity(token, issuer: ScriptedTransport.issuer).subject == "s-1")
        await #expect(throws: ProviderFault.answerFromElsewhere) {
            try await silent.identity(token, issuer: "https://evil.example")
        }
        let naming = try ProviderFixture(keys: [key])
        let document = ScriptedTransport.document.merging(
            ["authorization_response_iss_parameter_supported": .bool(true)]
        ) { $1 }
        let path = "/.well-known/openid-configuration"
        await naming.transport.answer(path, with: try ScriptedTransport.json(document))
        await #expect(throws: ProviderFault.answerFromElsewhere) { try await naming.identity(token) }
        #expect(await naming.transport.count("/token") == 0)
    }

    @Test("What the provider answers to a code is told in a word of its own, and nothing else of it")
    func refusedCode() async throws {
        let cases: [(ProviderAnswer, ProviderFault)] = [
            (
                try ScriptedTransport.json(["error": .string("invalid_grant")], status: 400),
                .codeRefused("invalid_grant")
            ),
            (
                try ScriptedTransport.json(["error": .string("<b>Bad</b>")], status: 400),
                .status(what: ProviderFault.exchange, 400)
            ),
            (ProviderAnswer(status: 302, body: []), .status(what: ProviderFault.exchange, 302)),
            (
                ProviderAnswer(status: 200, body: Array("<html>".utf8)),
                .unreadable(what: ProviderFault.exchange, reason: "it is no JSON object")
            ),
            (
                try ScriptedTransport.json(["access_token": .string("secret")]),
                .unreadable(what: ProviderFault.exchange, reason: "there is no id_token in it")
            ),
        ]
        for (answer, fault) in cases {
            let fixture = try ProviderFixture()
            await fixture.transport.answer("/token", with: answer)
            await #expect(throws: fault) {
                try await fixture.provider.session(
                    code: "code",
                    issuer: nil,
                    of: ProviderFixture.secrets,
                    now: ProviderFixture.now
                )
            }
        }
    }

    @Test(
        "A name that is not in the token is asked for with the access token, and believed of the same person alone"
    )
    func userInfo() async throws {
        let key = try await TestKey()
        let token = try key.token(ProviderFixture.claims(["preferred_username": .null]))
        let document = ScriptedTransport.document.merging(
            ["userinfo_endpoint": .string(ScriptedTransport.issuer + "/me")]
        ) { $1 }
        let cases: [([String: JSONValue], ProviderIdentity?)] = [
            (
                ["sub": .string("s-1"), "preferred_username": .string("ada"), "name": .string("Ada")],
                ProviderIdentity(
                    issuer: ScriptedTransport.issuer,
                    subject: "s-1",
                    name: "ada",
                    displayName: "Ada"
                )
            ),
            (["sub": .string("s-2"), "preferred_username": .string("bob")], nil),
            (["preferred_username": .string("bob")], nil),
        ]
        for (claims, expected) in cases {
            let fixture = try ProviderFixture(keys: [key])
            let path = "/.well-known/openid-configuration"
            await fixture.transport.answer(path, with: try ScriptedTransport.json(document))
            await fixture.transport.answer("/me", with: try ScriptedTransport.json(claims))
            if let expected {
                #expect(try await fixture.identity(token, accessToken: "the-access-token") == expected)
                let sent = await fixture.transport.asked.last
                #expect(sent?.authorization == "Bearer the-access-token")
            } else {
                await #expect(throws: ProviderFault.anotherPerson) {
                    try await fixture.identity(token, accessToken: "the-access-token")
                }
            }
        }
        // With a name in the token, or nothing to ask with, nothing is asked.
        let silent = try ProviderFixture(keys: [key])
        #expect(try await silent.identity(token, accessToken: "x").name == nil)
        #expect(await silent.transport.count("/me") == 0)
    }

    @Test("The provider is asked about itself and its keys once an hour")
    func remembered() async throws {
        let key = try await TestKey()
        let fixture = try ProviderFixture(keys: [key])
        let token = try key.token(ProviderFixture.claims())
        let start = ContinuousClock.now
        for seconds in [0, 1, 3599] { _ = try await fixture.identity(token, at: start + .seconds(seconds)) }
        #expect(await fixture.transport.count("/keys") == 1)
        #expect(await fixture.transport.count("/.well-known/openid-configuration") == 1)
        _ = try await fixture.identity(token, at: start + .seconds(3600))
        #expect(await fixture.transport.count("/keys") == 2)
        #expect(await fixture.transport.count("/.well-known/openid-configuration") == 2)
    }

    @Test(
        "A new key of the provider is found when a token names it, and made-up names fetch keys once in 30 seconds"
    )
    func keysChange() async throws {
        let old = try await TestKey(keyID: "old")
        let new = try await TestKey(keyID: "new")
        let fixture = try ProviderFixture(keys: [old])
        let token = try new.token(ProviderFixture.claims())
        let start = ContinuousClock.now
        _ = try await fixture.identity(old.token(ProviderFixture.claims()), at: start)
        for seconds in [1, 29] {
            await #expect(throws: ProviderFault.token(.unknownKey)) {
                try await fixture.identity(token, at: start + .seconds(seconds))
            }
        }
        #expect(await fixture.transport.count("/keys") == 1)
        await fixture.transport.answer("/keys", with: try ScriptedTransport.keys([old, new]))
        #expect(try await fixture.identity(token, at: start + .seconds(30)).subject == "s-1")
        #expect(await fixture.transport.count("/keys") == 2)
    }

    @Test("A provider that is down is asked again after five seconds, not by every browser")
    func down() async throws {
        let fixture = try ProviderFixture()
        let path = "/.well-known/openid-configuration"
        await fixture.transport.answer(path, with: ProviderAnswer(status: 503, body: []))
        let start = ContinuousClock.now
        for seconds in 0..<6 {
            await #expect(throws: ProviderFault.status(what: ProviderFault.document, 503)) {
                try await fixture.provider.authorizationAddress(
                    for: ProviderFixture.secrets,
                    at: start + .seconds(seconds)
                )
            }
        }
        #expect(await fixture.transport.count(path) == 2)
    }

    @Test(
        "An address of the provider is https, or http on this machine",
        arguments: [
            ("https://id.example", true), ("https://id.example:8443/realms/a?b=c", true),
            ("http://127.0.0.1:9", true),
            ("http://127.3.2.1", true), ("http://localhost:8080/x", true), ("http://[::1]:9/", true),
            ("http://id.example", false), ("http://127.0.0.1.evil.example", false),
            ("http://localhost.evil", false),
            ("https://id.example#x", false), ("https://a@id.example", false), ("https://", false),
            ("https://:80", false),
            ("https://id.example:x", false), ("https://id.example:0", false), ("ftp://id.example", false),
            ("https://id .example", false), ("https://id.example\\@evil.example", false),
            ("//id.example", false),
            ("HTTPS://id.example", false), ("http://128.0.0.1", false), ("", false),
        ]
    )
    func addresses(_ text: String, _ isOne: Bool) {
        #expect((ProviderAddress(text) != nil) == isOne)
    }

    @Test("Base64 for addresses is read back as it was written, and nothing else is read")
    func base64() {
        for length in 0..<70 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 251) }
            #expect(Base64URL.decode(Array(Base64URL.encode(bytes).utf8)) == bytes)
        }
        for wrong in ["A", "AA=", "AA==", "A+AA", "A/AA", "AA A", "AA\nA", "é"] {
            #expect(Base64URL.decode(Array(wrong.utf8)) == nil)
        }
    }
}
