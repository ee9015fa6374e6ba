extension APIV1 {
    /// `POST /people/{person}/identities`
    package struct IdentityRequest: Codable, Sendable {
        package var issuer: String
        package var subject: String

        package init(issuer: String, subject: String) {
            self.issuer = issuer
            self.subject = subject
        }
    }
}
