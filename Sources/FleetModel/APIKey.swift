/// A key of the HTTP API, without its secret.
package struct APIKey: Codable, Sendable, Equatable {
    package let id: ID<APIKey>
    package let name: String
    /// The first characters of the secret, to recognise it.
    package let prefix: String
    package let grants: [Grant]
    /// The person whose key it is: it may do nothing that he may not, and ends with him. nil: nobody's in particular.
    package let owner: String?
    package let createdAt: Instant
    package let createdBy: String
    package let expiresAt: Instant?
    package let lastUsedAt: Instant?
    package let revokedAt: Instant?

    package init(
        id: ID<APIKey>,
        name: String,
        prefix: String,
        grants: [Grant],
        owner: String?,
        createdAt: Instant,
        createdBy: String,
        expiresAt: Instant? = nil,
        lastUsedAt: Instant? = nil,
        revokedAt: Instant? = nil
    ) {
        self.id = id
        self.name = name
        self.prefix = prefix
        self.grants = grants
        self.owner = owner
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.expiresAt = expiresAt
        self.lastUsedAt = lastUsedAt
        self.revokedAt = revokedAt
    }
}
