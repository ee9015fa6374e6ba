package import FleetModel

/// A machine that its policy may clean up, or has: one that is unavailable, expired, or lately deleted by its policy.
package struct CleanupFacts: Sendable, Equatable {
    package var machine: ID<Machine>
    package var policy: Int64
    package var enabled: Bool
    /// When it became unavailable, or was last restored.
    package var silentSince: Instant
    package var expiredAt: Instant?
    /// Its policy has deleted it; it counts, so that a batch does not go in small parts.
    package var purged: Bool
    /// When a person let the batch go.
    package var allowedAt: Instant?
    /// Its deletion failed, and is tried again then.
    package var retryAt: Instant?

    package init(
        machine: ID<Machine>,
        policy: Int64,
        enabled: Bool = true,
        silentSince: Instant,
        expiredAt: Instant? = nil,
        purged: Bool = false,
        allowedAt: Instant? = nil,
        retryAt: Instant? = nil
    ) {
        self.machine = machine
        self.policy = policy
        self.enabled = enabled
        self.silentSince = silentSince
        self.expiredAt = expiredAt
        self.purged = purged
        self.allowedAt = allowedAt
        self.retryAt = retryAt
    }

    /// A person let this silence of it go; a later one is guarded anew.
    var isAllowed: Bool { allowedAt.map { $0 >= silentSince } ?? false }
}

/// What a machine policy says about cleanup.
package struct CleanupPolicy: Sendable, Equatable {
    package var isOn: Bool
    package var deleteAfterSeconds: Int
    package var purgeAfterSeconds: Int
    package var limit: CleanupLimit
    /// How long nodes must have listened again after an outage: as long as an agent may be silent.
    package var graceSeconds: Int
    /// Its machines that are not deleted.
    package var machines: Int

    package init(
        isOn: Bool = true,
        deleteAfterSeconds: Int,
        purgeAfterSeconds: Int,
        limit: CleanupLimit,
        graceSeconds: Int,
        machines: Int
    ) {
        self.isOn = isOn
        self.deleteAfterSeconds = deleteAfterSeconds
        self.purgeAfterSeconds = purgeAfterSeconds
        self.limit = limit
        self.graceSeconds = graceSeconds
        self.machines = machines
    }
}

/// More machines than this do not disappear at once without a person being asked: both must be reached.
package struct CleanupLimit: Sendable, Equatable {
    package var sharePercent: Int
    package var count: Int

    package init(sharePercent: Int, count: Int) {
        self.sharePercent = sharePercent
        self.count = count
    }

    func isReached(by gone: Int, of all: Int) -> Bool {
        gone >= count && gone * 100 >= all * sharePercent
    }
}

/// What is concluded about one of them.
package enum CleanupPlan: Sendable, Equatable {
    /// Its policy does not clean up.
    case off
    /// A person has taken it out of the fleet's work, so a person says when it goes.
    case disabled
    /// Its time has not come; nil: nobody listens at present.
    case wait(until: Instant?)
    /// Its time has come, and too many went with it.
    case held(CleanupBatch)
    case expire
    case purge
}

/// Machines that fell silent together.
package struct CleanupBatch: Sendable, Equatable {
    package enum Scope: String, Sendable, CaseIterable {
        case policy, fleet
    }

    package var scope: Scope
    package var machines: Int
    package var of: Int

    package init(scope: Scope, machines: Int, of: Int) {
        self.scope = scope
        self.machines = machines
        self.of = of
    }
}
