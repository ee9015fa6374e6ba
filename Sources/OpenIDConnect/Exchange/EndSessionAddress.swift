/// Where the browser is sent so that its session at the provider ends, too (OpenID Connect RP-Initiated Logout 1.0).
enum EndSessionAddress {
    /// It travels in an address, and some servers take no more than 8 KB of one. Tokens that list groups can be longer.
    private static let mostTokenBytes = 4096

    /// nil: the provider offers no such thing, or is not to be told.
    static func of(_ document: ProviderDocument, _ settings: ProviderSettings, idToken: String) -> String? {
        guard let endpoint = document.endSession, let back = settings.signedOutRedirect else { return nil }
        var fields = [("client_id", settings.clientID), ("post_logout_redirect_uri", back)]
        // Without it most providers ask whether the sign-out is meant, and some do not send the browser back.
        if idToken.utf8.count <= mostTokenBytes { fields.append(("id_token_hint", idToken)) }
        return endpoint.asking(fields)
    }
}
