/// Where the browser is sent so that the provider asks who sits before it (OpenID Connect Core section 3.1.2.1).
enum AuthorizationAddress {
    static func of(
        _ endpoint: ProviderAddress,
        _ settings: ProviderSettings,
        _ secrets: AttemptSecrets
    ) -> String {
        endpoint.asking([
            ("response_type", "code"),
            ("client_id", settings.clientID),
            ("redirect_uri", settings.redirect),
            ("scope", settings.scopes.joined(separator: " ")),
            ("state", secrets.state),
            ("nonce", secrets.nonce),
            ("code_challenge", secrets.challenge),
            ("code_challenge_method", "S256"),
        ])
    }
}
