/// What cleanup of a policy would do now and in the next hours, and why not. `GET /machine-policies/{policy}/cleanup`.
package struct CleanupPreview: Codable, Sendable, Equatable {
    package var policy: String
    /// False: the policy does not clean up, and the rest says what it would do if it did.
    package var deleteUnavailable: Bool
    package var deleteAfterSeconds: Int
    package var purgeAfterSeconds: Int
    package var guardSharePercent: Int
    package var guardCount: Int
    package var hold: CleanupHold?
    /// Machines that follow the policy.
    package var machines: Int
    /// Those that something is to be said of, in the order in which they go.
    package var unavailable: [Item]
    /// True: there are more.
    package var truncated: Bool

    /// One machine that is unavailable.
    package struct Item: Codable, Sendable, Equatable {
        package var machine: String
        package var machineID: ID<Machine>
        package var unavailableSince: Instant
        package var expiredAt: Instant?
        /// `expire`, `purge`, `wait`, `held` or `disabled`.
        package var plan: String
        /// When it goes; nil: now, or not before something changes.
        package var at: Instant?
        package var reason: String

        package init(
            machine: String,
            machineID: ID<Machine>,
            unavailableSince: Instant,
            expiredAt: Instant?,
            plan: String,
            at: Instant?,
            reason: String
        ) {
            self.machine = machine
            self.machineID = machineID
            self.unavailableSince = unavailableSince
            self.expiredAt = expiredAt
            self.plan = plan
            self.at = at
            self.reason = reason
        }
    }

    package init(
        policy: String,
        deleteUnavailable: Bool,
        deleteAfterSeconds: Int,
        purgeAfterSeconds: Int,
        guardSharePercent: Int,
        guardCount: Int,
        hold: CleanupHold?,
        machines: Int,
        unavailable: [Item],
        truncated: Bool
    ) {
        self.policy = policy
        self.deleteUnavailable = deleteUnavailable
        self.deleteAfterSeconds = deleteAfterSeconds
        self.purgeAfterSeconds = purgeAfterSeconds
        self.guardSharePercent = guardSharePercent
        self.guardCount = guardCount
        self.hold = hold
        self.machines = machines
        self.unavailable = unavailable
        self.truncated = truncated
    }
}

/// A policy whose cleanup stands still, because too many machines fell silent together.
package struct CleanupHold: Codable, Sendable, Equatable {
    package var policy: String
    /// `policy` or `fleet`: whose machines they are.
    package var scope: String
    package var machines: Int
    package var of: Int
    package var heldAt: Instant

    package init(policy: String, scope: String, machines: Int, of: Int, heldAt: Instant) {
        self.policy = policy
        self.scope = scope
        self.machines = machines
        self.of = of
        self.heldAt = heldAt
    }
}

/// Answer of `POST /machine-policies/{policy}/allow-cleanup`.
package struct CleanupAllowed: Codable, Sendable, Equatable {
    package var policy: String
    /// How many may go.
    package var machines: Int

    package init(policy: String, machines: Int) {
        self.policy = policy
        self.machines = machines
    }
}
