package import FleetModel

/// What somebody has at the provider who signed in there.
package struct ProviderSession: Sendable, Equatable {
    package let identity: ProviderIdentity
    /// Where the browser goes to end it; nil: signing out here is not told there. Holds the ID token.
    package let endAddress: String?
}

extension ProviderSession: CustomStringConvertible {
    /// Never the token.
    package var description: String { "\(identity)" }
}
