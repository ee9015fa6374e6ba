/// Which check an ID token failed. It holds nothing of the token.
package enum IDTokenFault: Error, Sendable, Equatable, CaseIterable {
    case malformed
    case algorithm
    case noKeyNamed
    case unknownKey
    case signature
    case issuer
    case audience
    case authorizedParty
    case nonce
    case expired
    case issuedLater
    case notYetValid
    case subject
}

extension IDTokenFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed: "it does not have the form of one"
        case .algorithm: "it is not signed, or in a way that is not allowed"
        case .noKeyNamed: "it does not say which of the provider's keys signed it"
        case .unknownKey: "no key of the provider is the one that it names"
        case .signature: "its signature does not hold"
        case .issuer: "it comes from another issuer (iss)"
        case .audience: "it is not meant for this client (aud)"
        case .authorizedParty: "it was issued to another client (azp)"
        case .nonce: "it belongs to another attempt to sign in (nonce)"
        case .expired: "it has expired, or does not say when it does (exp)"
        case .issuedLater: "it was issued in the future, or does not say when (iat); compare the clocks"
        case .notYetValid: "it is not valid yet (nbf); compare the clocks"
        case .subject: "it does not say whom it is about (sub)"
        }
    }
}
