/// A release that failed on too many machines of an environment: while its circuit is open, nothing is deployed of it
/// there by itself.
package struct Circuit: Codable, Sendable, Equatable {
    package let id: ID<Circuit>
    package let project: String
    package let environment: String
    /// Version of the release.
    package let release: String
    /// On how many machines it had failed when the circuit opened.
    package let failed: Int
    /// On how many machines it had been tried.
    package let tried: Int
    /// Version of the last good release, which machines without the failing one get instead; nil: they wait.
    package let fallback: String?
    package let openedAt: Instant
    /// nil: it is open.
    package let closedAt: Instant?
    package let closedBy: String?
    package let closeReason: String?

    package init(
        id: ID<Circuit>,
        project: String,
        environment: String,
        release: String,
        failed: Int,
        tried: Int,
        fallback: String?,
        openedAt: Instant,
        closedAt: Instant? = nil,
        closedBy: String? = nil,
        closeReason: String? = nil
    ) {
        self.id = id
        self.project = project
        self.environment = environment
        self.release = release
        self.failed = failed
        self.tried = tried
        self.fallback = fallback
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.closedBy = closedBy
        self.closeReason = closeReason
    }
}
