/// Somebody who may sign in. People are disabled, never deleted: events go on naming them.
package struct Person: Codable, Sendable, Equatable {
    package let id: ID<Person>
    /// Unique, and never given to somebody else.
    package let name: String
    package let displayName: String
    package let grants: [Grant]
    package let hasPassword: Bool
    package let createdAt: Instant
    package let createdBy: String
    /// Since when nothing is done in this name any more.
    package let disabledAt: Instant?
    package let lastSignInAt: Instant?

    package init(
        id: ID<Person>,
        name: String,
        displayName: String,
        grants: [Grant],
        hasPassword: Bool,
        createdAt: Instant,
        createdBy: String,
        disabledAt: Instant? = nil,
        lastSignInAt: Instant? = nil
    ) {
        self.id = id
        self.name = name
        self.displayName = displayName
        self.grants = grants
        self.hasPassword = hasPassword
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.disabledAt = disabledAt
        self.lastSignInAt = lastSignInAt
    }
}
