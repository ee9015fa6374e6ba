import FleetModel
import FoundationEssentials

/// Turns the code that the browser brought into an ID token, at the provider itself (OpenID Connect Core section 3.1.3).
enum CodeExchange {
    private static let mostBytes = 64 * 1024

    static func request(
        code: String,
        verifier: String,
        _ settings: ProviderSettings,
        _ document: ProviderDocument
    ) -> ProviderRequest {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.redirect),
            ("code_verifier", verifier),
        ]
        var authorization: String?
        switch (document.clientProof, settings.clientSecret) {
        case (.basic, let secret?):
            // Both are encoded as in a form first (RFC 6749 section 2.3.1): a colon in the name stays one.
            let pair = FormText.encode(settings.clientID) + ":" + FormText.encode(secret)
            authorization = "Basic " + Data(pair.utf8).base64EncodedString()
        case (.post, let secret?): fields += [("client_id", settings.clientID), ("client_secret", secret)]
        default: fields.append(("client_id", settings.clientID))
        }
        return ProviderRequest(
            what: ProviderFault.exchange,
            address: document.token,
            form: FormText.of(fields),
            authorization: authorization,
            mostBytes: mostBytes
        )
    }

    /// What is in the answer, unchecked.
    struct Tokens: Sendable {
        let id: String
        /// For the provider's own questions about the person; nil: there was none that could be sent.
        let access: String?
    }

    static func tokens(in answer: ProviderAnswer) throws(ProviderFault) -> Tokens {
        let body = try? JSONReader.read(answer.body)
        guard answer.status == 200 else {
            if case .object(let fields)? = body, case .string(let word)? = fields["error"], isWord(word) {
                throw .codeRefused(word)
            }
            throw .status(what: ProviderFault.exchange, answer.status)
        }
        guard case .object(let fields)? = body else {
            throw .unreadable(what: ProviderFault.exchange, reason: "it is no JSON object")
        }
        guard case .string(let token)? = fields["id_token"] else {
            throw .unreadable(what: ProviderFault.exchange, reason: "there is no id_token in it")
        }
        guard case .string(let access)? = fields["access_token"], isToken(access) else {
            return Tokens(id: token, access: nil)
        }
        return Tokens(id: token, access: access)
    }

    /// It goes into a header.
    private static func isToken(_ text: String) -> Bool {
        (1...16_384).contains(text.utf8.count) && text.utf8.allSatisfy { (33...126).contains($0) }
    }

    /// Such as `invalid_grant`: it ends up in messages and events.
    private static func isWord(_ text: String) -> Bool {
        (1...50).contains(text.utf8.count)
            && text.utf8.allSatisfy { (97...122).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
