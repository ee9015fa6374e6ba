/// An override: this release, whatever was deployed last, on an environment or on one machine.
package struct Pin: Codable, Sendable, Equatable {
    package let id: ID<Pin>
    package let project: String
    /// Version of the release.
    package let release: String
    /// nil: one machine is pinned.
    package let environment: String?
    /// nil: an environment is pinned.
    package let machine: String?
    /// Whether it ends with the first automatic deployment of the release that succeeds.
    package let once: Bool
    package let reason: String
    package let createdBy: String
    package let createdAt: Instant
    /// nil: until somebody removes it.
    package let expiresAt: Instant?
    /// nil: it is in force.
    package let endedAt: Instant?
    package let endedBy: String?
    package let endReason: EndReason?

    /// How a pin ends.
    package enum EndReason: String, Codable, Sendable, CaseIterable {
        case removed, replaced, expired, used, machineDeleted, environmentDeleted
    }

    package init(
        id: ID<Pin>,
        project: String,
        release: String,
        environment: String?,
        machine: String?,
        once: Bool,
        reason: String,
        createdBy: String,
        createdAt: Instant,
        expiresAt: Instant? = nil,
        endedAt: Instant? = nil,
        endedBy: String? = nil,
        endReason: EndReason? = nil
    ) {
        self.id = id
        self.project = project
        self.release = release
        self.environment = environment
        self.machine = machine
        self.once = once
        self.reason = reason
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.endedAt = endedAt
        self.endedBy = endedBy
        self.endReason = endReason
    }

    /// What it is about, in words, such as `machine web-1`.
    package var place: String {
        machine.map { "machine \($0)" } ?? "environment \(environment ?? "?")"
    }
}
