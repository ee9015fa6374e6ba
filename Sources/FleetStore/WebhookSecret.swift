import FoundationEssentials

/// What deliveries are signed with, written as Standard Webhooks writes it. Not a `SecretToken`: a signature needs the
/// key itself, so it is kept in clear.
package struct WebhookSecret: Sendable, Equatable {
    /// The specification asks for 24 to 64.
    package static let bytes = 32
    private static let prefix = "whsec_"

    /// For the answer that hands it out and for the database, and for nothing else.
    package let text: String

    /// A new one from the system's random numbers.
    package init() {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<Self.bytes).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        text = Self.prefix + Data(bytes).base64EncodedString()
    }

    package init(text: String) {
        self.text = text
    }

    /// What the signature is made with; nil: the text is none of ours.
    package var key: [UInt8]? {
        guard text.hasPrefix(Self.prefix) else { return nil }
        return Data(base64Encoded: String(text.dropFirst(Self.prefix.count))).map(Array.init)
    }
}

extension WebhookSecret: CustomStringConvertible {
    /// Never the secret.
    package var description: String { Self.prefix + "****" }
}
