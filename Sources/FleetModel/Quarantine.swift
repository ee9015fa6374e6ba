/// A release that was given up on one machine: nothing is deployed of it there by itself.
package struct Quarantine: Codable, Sendable, Equatable {
    package let id: ID<Quarantine>
    package let machineID: ID<Machine>
    package let machine: String
    package let environment: String
    package let project: String
    /// Version of the release.
    package let release: String
    /// How many runs did not put it there.
    package let attempts: Int
    /// What the last run ended with. Untrusted text.
    package let reason: String
    package let since: Instant
    /// nil: it is in force.
    package let releasedAt: Instant?
    package let releasedBy: String?
    package let releaseReason: String?

    package init(
        id: ID<Quarantine>,
        machineID: ID<Machine>,
        machine: String,
        environment: String,
        project: String,
        release: String,
        attempts: Int,
        reason: String,
        since: Instant,
        releasedAt: Instant? = nil,
        releasedBy: String? = nil,
        releaseReason: String? = nil
    ) {
        self.id = id
        self.machineID = machineID
        self.machine = machine
        self.environment = environment
        self.project = project
        self.release = release
        self.attempts = attempts
        self.reason = reason
        self.since = since
        self.releasedAt = releasedAt
        self.releasedBy = releasedBy
        self.releaseReason = releaseReason
    }
}
