package import OpenIDConnect

/// The way in by an OpenID provider, when an administrator has set one.
package struct ProviderDoor: Sendable {
    /// Where the provider sends browsers back to, below the cluster's own address.
    package static let callback = "/sign-in/oidc/callback"

    /// Where it sends them back to that signed out there, too.
    package static let signedOut = "/sign-in"

    let provider: Provider
    /// What people know it by: the host of its address.
    let label: String
    /// Where browsers reach the cluster, without a slash at the end.
    let publicURL: String
    /// Signing out here is told there.
    let isToldOfSignOut: Bool

    package init(_ settings: ProviderSettings, publicURL: String, transport: any ProviderTransport) {
        provider = Provider(settings, transport: transport)
        label = settings.host
        self.publicURL = publicURL
        isToldOfSignOut = settings.signedOutRedirect != nil
    }

    /// On the cluster's own address: the browser must come back with the cookie that it gets there.
    func start(next: String) -> String {
        publicURL + Link("/sign-in/oidc", [("next", next == "/" ? nil : next)]).text
    }
}
