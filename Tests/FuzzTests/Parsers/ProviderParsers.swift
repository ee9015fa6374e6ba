@testable import OpenIDConnect

/// What an OpenID provider sends, and tokens that say they come from one.
enum ProviderParsers {
    static let all = [
        FuzzParser(
            "id-token",
            words: ["eyJhbGciOiJFUzI1NiJ9", "eyJhbGciOiJub25lIn0", ".", "-", "_", "=", "e30", "bnVsbA"],
            text: token
        ),
        FuzzParser(
            name: "provider",
            words: [
                "issuer", "https://", "http://127.0.0.1", "authorization_endpoint", "token_endpoint",
                "jwks_uri", "end_session_endpoint",
                "@", ":443", "[::1]", "?", "keys", "kty", "RSA", "EC", "crv", "P-256", "kid", "use", "alg",
            ],
            complaint: answer
        ),
    ]

    /// What is signed is the token up to its last dot, whatever is in it.
    private static func token(_ text: String) -> String? {
        do throws(IDTokenFault) {
            let token = try IDToken(text)
            _ = try token.claims()
            let rest = Base64URL.encode(token.signature).prefix { $0 != "." }
            let again = String(decoding: token.signed, as: UTF8.self) + "." + rest
            return again.utf8.count == text.utf8.count
                ? nil : "signed is \(token.signed.count) bytes of \(text)"
        } catch {
            return error.description.isEmpty ? "says nothing" : nil
        }
    }

    private static let settings = ProviderSettings(
        issuer: "https://id.example",
        clientID: "tidemark",
        redirect: "https://tidemark.example/back",
        signedOutRedirect: "https://tidemark.example/sign-in"
    )

    /// Browsers and secrets go to what is https, or this machine, alone.
    private static func answer(_ bytes: [UInt8]) -> String? {
        do throws(ProviderFault) {
            let document = try ProviderDocument(bytes, for: settings)
            let all = [document.authorization, document.token, document.keys, document.endSession]
            for address in all.compactMap(\.self) {
                let isSafe = ["https://", "http://127.", "http://localhost", "http://[::1]"]
                    .contains { address.text.hasPrefix($0) }
                let authority = address.text.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
                guard isSafe, !authority.contains("@") else {
                    return "an unsafe address: \(address)"
                }
            }
        } catch {
            if error.description.isEmpty { return "says nothing" }
        }
        _ = try? KeySet(bytes)
        return nil
    }
}
