package import FleetModel

/// An ephemeral environment as the rule of its end sees it. A static one is never asked about.
package struct EnvironmentLifeFacts: Sendable, Equatable {
    package var expiresAt: Instant
    /// nil: idleness does not end it.
    package var idleLimitSeconds: Int?
    package var deleteWhenEmpty: Bool
    package var warnBeforeSeconds: Int
    package var isProtected: Bool
    /// The last deployment, arrival or extension, or its creation.
    package var activeAt: Instant
    /// A deployment to it is under way.
    package var isBusy: Bool
    /// Since when it has no machine, after it had some; nil: it has some, or never had any.
    package var emptySince: Instant?
    package var warnedAt: Instant?

    package init(
        expiresAt: Instant,
        idleLimitSeconds: Int? = nil,
        deleteWhenEmpty: Bool = false,
        warnBeforeSeconds: Int = 1800,
        isProtected: Bool = false,
        activeAt: Instant,
        isBusy: Bool = false,
        emptySince: Instant? = nil,
        warnedAt: Instant? = nil
    ) {
        self.expiresAt = expiresAt
        self.idleLimitSeconds = idleLimitSeconds
        self.deleteWhenEmpty = deleteWhenEmpty
        self.warnBeforeSeconds = warnBeforeSeconds
        self.isProtected = isProtected
        self.activeAt = activeAt
        self.isBusy = isBusy
        self.emptySince = emptySince
        self.warnedAt = warnedAt
    }
}

/// Why an environment ends.
package enum EnvironmentEnd: String, Sendable, CaseIterable {
    case expired, idle, empty

    package var inWords: String {
        switch self {
        case .expired: "it expired"
        case .idle: "nothing was deployed there and no machine arrived for as long as it may be idle"
        case .empty: "its last machine is gone"
        }
    }
}

/// What is concluded about it.
package enum EnvironmentPlan: Sendable, Equatable {
    /// nil: a person protects it.
    case keep(until: Instant?)
    case warn(endsAt: Instant, EnvironmentEnd)
    case tearDown(EnvironmentEnd)
}

/// Decides when an ephemeral environment ends. Nobody is surprised: an end that comes by time is announced ahead, and
/// when no node was there to announce it, the announcement comes late and the end as much later.
package enum EnvironmentExpiryRule {
    /// How long it must have been without machines: an instance group that replaces all of them is not its end.
    package static let emptySeconds = 300

    package static func plan(_ facts: EnvironmentLifeFacts, now: Instant) -> EnvironmentPlan {
        guard !facts.isProtected else { return .keep(until: nil) }
        if facts.deleteWhenEmpty, let since = facts.emptySince,
            since.adding(seconds: emptySeconds) <= now
        {
            return .tearDown(.empty)
        }
        let (end, reason) = end(of: facts)
        // What happened since the announcement may have moved the end.
        let warnedAt = facts.warnedAt.flatMap { $0 >= facts.activeAt || reason == .expired ? $0 : nil }
        guard facts.warnBeforeSeconds > 0 else { return end <= now ? .tearDown(reason) : .keep(until: end) }
        guard let warnedAt else {
            let warning = end.adding(seconds: -facts.warnBeforeSeconds)
            guard warning <= now else { return .keep(until: end) }
            return .warn(endsAt: end > now ? end : now.adding(seconds: facts.warnBeforeSeconds), reason)
        }
        let last = warnedAt <= end ? end : warnedAt.adding(seconds: facts.warnBeforeSeconds)
        return last <= now ? .tearDown(reason) : .keep(until: last)
    }

    private static func end(of facts: EnvironmentLifeFacts) -> (Instant, EnvironmentEnd) {
        guard let limit = facts.idleLimitSeconds, !facts.isBusy else { return (facts.expiresAt, .expired) }
        let idle = facts.activeAt.adding(seconds: limit)
        return idle < facts.expiresAt ? (idle, .idle) : (facts.expiresAt, .expired)
    }
}

/// What the teardown of an environment does next.
package enum TeardownRule {
    /// After so many attempts a person is asked.
    package static let attempts = 3

    package enum Step: Sendable, Equatable {
        /// Its last deployments run.
        case wait
        /// Start the processes that are not done.
        case start
        /// They failed: say so, and try again then; nil: a person decides.
        case fail(retryAfterSeconds: Int?)
        case remove
    }

    /// - Parameters:
    ///   - running: teardown deployments that run.
    ///   - pending: projects whose process did not succeed yet.
    ///   - attempts: how often they were started.
    ///   - retryAt: when they are started again; nil: not told of a failure yet.
    package static func next(
        running: Int,
        pending: Int,
        attempts: Int,
        retryAt: Instant?,
        now: Instant
    ) -> Step {
        guard running == 0 else { return .wait }
        guard pending > 0 else { return .remove }
        guard attempts > 0 else { return .start }
        if let retryAt { return attempts < Self.attempts && retryAt <= now ? .start : .wait }
        return .fail(retryAfterSeconds: attempts < Self.attempts ? 60 * attempts : nil)
    }
}
