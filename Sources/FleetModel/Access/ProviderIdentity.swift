/// Who signed in, as the provider says. `issuer` and `subject` together are one person for ever; names change hands.
package struct ProviderIdentity: Sendable, Equatable {
    package let issuer: String
    package let subject: String
    /// What the person is called there; nil: the provider does not say.
    package let name: String?
    /// As people write it.
    package let displayName: String?

    package init(issuer: String, subject: String, name: String?, displayName: String? = nil) {
        self.issuer = issuer
        self.subject = subject
        self.name = name
        self.displayName = displayName
    }
}
