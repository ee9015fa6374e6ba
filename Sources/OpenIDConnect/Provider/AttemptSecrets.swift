import Crypto

/// The secrets of one attempt to sign in, 256 random bits each: `state` ties the answer to the browser that asked, `nonce`
/// the token to the attempt, and `verifier` the code to whoever asked for it (PKCE, RFC 7636).
package struct AttemptSecrets: Sendable, Equatable {
    package let state: String
    package let nonce: String
    package let verifier: String

    package static func random() -> AttemptSecrets {
        AttemptSecrets(state: random256(), nonce: random256(), verifier: random256())
    }

    /// As they were kept.
    package init(state: String, nonce: String, verifier: String) {
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
    }

    /// What the provider is told of the verifier.
    var challenge: String { Base64URL.encode(SHA256.hash(data: Array(verifier.utf8))) }

    private static func random256() -> String {
        Base64URL.encode(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
    }
}

extension AttemptSecrets: CustomStringConvertible {
    /// Never the secrets.
    package var description: String { "****" }
}
