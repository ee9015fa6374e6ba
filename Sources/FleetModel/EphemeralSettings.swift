/// How an environment ends that was made for a time; part of `Environment`.
package struct Ephemeral: Codable, Sendable, Equatable {
    /// The environment that it was made from.
    package var from: String
    package var expiresAt: Instant
    package var idleLimitSeconds: Int?
    package var deleteWhenEmpty: Bool
    package var warnBeforeSeconds: Int
    package var protected: Bool
    package var createdBy: String
    /// Since when it is being torn down; nil: it is not.
    package var teardownAt: Instant?
    package var teardownReason: String?

    package init(
        from: String,
        expiresAt: Instant,
        idleLimitSeconds: Int?,
        deleteWhenEmpty: Bool,
        warnBeforeSeconds: Int,
        protected: Bool,
        createdBy: String,
        teardownAt: Instant?,
        teardownReason: String?
    ) {
        self.from = from
        self.expiresAt = expiresAt
        self.idleLimitSeconds = idleLimitSeconds
        self.deleteWhenEmpty = deleteWhenEmpty
        self.warnBeforeSeconds = warnBeforeSeconds
        self.protected = protected
        self.createdBy = createdBy
        self.teardownAt = teardownAt
        self.teardownReason = teardownReason
    }
}

/// How an ephemeral environment is made: `ephemeral:` of its document, and `POST /environments`.
package struct EphemeralOrder: Codable, Sendable, Equatable {
    package static let expirySeconds = 60...31_536_000
    package static let idleSeconds = 60...31_536_000
    package static let warnSeconds = 0...2_592_000
    package static let standardWarnSeconds = 1800

    package var from: String
    package var expiresInSeconds: Int
    package var idleLimitSeconds: Int?
    package var deleteWhenEmpty: Bool?
    package var warnBeforeSeconds: Int?

    package init(
        from: String,
        expiresInSeconds: Int,
        idleLimitSeconds: Int? = nil,
        deleteWhenEmpty: Bool? = nil,
        warnBeforeSeconds: Int? = nil
    ) {
        self.from = from
        self.expiresInSeconds = expiresInSeconds
        self.idleLimitSeconds = idleLimitSeconds
        self.deleteWhenEmpty = deleteWhenEmpty
        self.warnBeforeSeconds = warnBeforeSeconds
    }
}
