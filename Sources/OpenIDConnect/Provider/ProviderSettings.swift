/// Who the provider is, and who we are to it: what an administrator registers at the provider and tells every node.
package struct ProviderSettings: Sendable {
    /// What is asked for when nobody says: who somebody is, name and address.
    package static let usualScopes = ["openid", "profile", "email"]

    /// As the provider writes it, to the character.
    package let issuer: String
    package let clientID: String
    /// nil: a public client, which PKCE alone protects.
    package let clientSecret: String?
    /// Where the provider sends the browser back to.
    package let redirect: String
    /// Where it sends the browser back to when the session there has ended; nil: signing out is not told to it.
    package let signedOutRedirect: String?
    package let scopes: [String]
    /// The claim that holds a person's name; nil: `preferred_username`, else `email`.
    package let nameClaim: String?

    package init(
        issuer: String,
        clientID: String,
        clientSecret: String? = nil,
        redirect: String,
        signedOutRedirect: String? = nil,
        scopes: [String] = usualScopes,
        nameClaim: String? = nil
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.redirect = redirect
        self.signedOutRedirect = signedOutRedirect
        // Without this one the provider gives no ID token.
        self.scopes = scopes.contains("openid") ? scopes : ["openid"] + scopes
        self.nameClaim = nameClaim
    }

    /// By which people know the provider.
    package var host: String {
        String(issuer.drop { $0 != "/" }.dropFirst(2).prefix { $0 != "/" && $0 != "?" })
    }

    /// What the provider says of itself (OpenID Connect Discovery section 4); nil: the issuer is no address.
    var discovery: ProviderAddress? {
        guard !issuer.contains("?") else { return nil }
        let base = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
        return ProviderAddress(base + "/.well-known/openid-configuration")
    }

    /// What keeps an issuer from being one, in words; nil: nothing.
    package static func complaint(aboutIssuer text: String) -> String? {
        guard ProviderAddress(text) != nil, !text.contains("?") else {
            return "an address such as https://accounts.example.com (http on this machine alone)"
        }
        return nil
    }
}
