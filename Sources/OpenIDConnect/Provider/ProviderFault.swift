/// Why the provider could not be used, or why what it said is not believed: which check failed, and never a token, a code
/// or a secret.
package enum ProviderFault: Error, Sendable, Equatable {
    /// For messages.
    static let document = "the provider's description of itself"
    static let keys = "the provider's keys"
    static let exchange = "the provider's answer to the code"
    static let userInfo = "what the provider says of the person"

    /// Nothing came, not all of it in time, or too much.
    case unreachable(what: String, reason: String)
    case status(what: String, Int)
    case unreadable(what: String, reason: String)
    /// Somebody else answers at the issuer's address, or it was mistyped by a character.
    case otherIssuer(said: String, expected: String)
    case unsupported(String)
    /// The browser came back from another provider than it was sent to (RFC 9207).
    case answerFromElsewhere
    /// The provider did not take the code; with its word for it, such as `invalid_client`.
    case codeRefused(String)
    case token(IDTokenFault)
    /// The provider was asked about one person, and answered about another.
    case anotherPerson
}

extension ProviderFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let what, let reason): "\(what) could not be read: \(reason)"
        case .status(let what, let status): "\(what) could not be read: it answered with status \(status)"
        case .unreadable(let what, let reason): "\(what) cannot be used: \(reason)"
        case .otherIssuer(let said, let expected):
            "the provider calls itself '\(said)', and the issuer that was set is '\(expected)'; they must be the same"
        case .unsupported(let what): "the provider cannot be used: \(what)"
        case .answerFromElsewhere: "the answer does not name the provider that was asked as its issuer"
        case .codeRefused(let word): "the provider did not take the code: \(word)"
        case .token(let fault): "the ID token is not accepted: \(fault)"
        case .anotherPerson: "what the provider says of the person is about somebody else (sub)"
        }
    }
}
