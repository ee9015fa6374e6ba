/// That somebody here is somebody at an OpenID provider.
package struct PersonIdentity: Codable, Sendable, Equatable {
    package let issuer: String
    package let subject: String
    package let linkedAt: Instant
    package let linkedBy: String

    package init(issuer: String, subject: String, linkedAt: Instant, linkedBy: String) {
        self.issuer = issuer
        self.subject = subject
        self.linkedAt = linkedAt
        self.linkedBy = linkedBy
    }
}
