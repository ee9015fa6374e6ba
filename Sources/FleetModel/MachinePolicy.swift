/// How the machines that follow it are health-checked, when they count as unavailable, and when they are cleaned up.
/// A value that a policy does not say is inherited from the policy named `default`.
package struct MachinePolicy: Codable, Sendable, Equatable {
    /// There from the beginning; applies to machines that name no policy, and cannot be deleted.
    package static let defaultName = "default"

    package let id: ID<MachinePolicy>
    package let name: String
    package let description: String
    /// What the policy itself says.
    package let own: Values
    /// What applies: its own values, and those of `default` for the rest.
    package let inForce: Values
    /// How many machines follow it.
    package let machines: Int
    package let createdAt: Instant
    package let updatedAt: Instant
    /// Its cleanup stands still and asks; nil: it does not.
    package let cleanupHold: CleanupHold?

    package init(
        id: ID<MachinePolicy>,
        name: String,
        description: String,
        own: Values,
        inForce: Values,
        machines: Int,
        createdAt: Instant,
        updatedAt: Instant,
        cleanupHold: CleanupHold? = nil
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.own = own
        self.inForce = inForce
        self.machines = machines
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.cleanupHold = cleanupHold
    }
}

extension MachinePolicy {
    /// What a policy can say; nil: it does not say it.
    package struct Values: Codable, Sendable, Equatable {
        package var healthCheck = HealthCheckRule()
        /// How long an agent may be silent before its machine is unavailable; nil in `default` too: the nodes' setting.
        package var unavailableAfterSeconds: Int?
        /// True: a machine that is not available is skipped without failing a deployment.
        package var mayBeOffline: Bool?
        package var cleanup = Cleanup()
        /// How many releases of a package stay on the machine at most; a step may say fewer.
        package var keepReleases: Int?

        package init() {}
    }

    package enum CheckKind: String, Codable, Sendable, CaseIterable {
        /// A machine whose agent is connected is healthy.
        case connection
        /// A script on the machine says.
        case script
    }

    package struct HealthCheckRule: Codable, Sendable, Equatable {
        package var kind: CheckKind?
        package var script: String?
        /// Time from one check to the next; excludes `cron`.
        package var intervalSeconds: Int?
        /// When to check, as five cron fields in UTC; excludes `intervalSeconds`.
        package var cron: String?
        package var timeoutSeconds: Int?
        /// Exit codes that mean HasWarnings; 0 is healthy, every other code unhealthy.
        package var warningExitCodes: [Int]?
        /// Check a machine before the first step of a run is given to it.
        package var beforeDeployment: Bool?

        package init() {}
    }

    package struct Cleanup: Codable, Sendable, Equatable {
        package var deleteUnavailable: Bool?
        package var deleteUnavailableAfterSeconds: Int?
        /// How long an expired machine can still be taken back.
        package var purgeAfterSeconds: Int?
        package var `guard` = Guard()

        package init() {}
    }

    /// Cleanup stops and asks when at least this share of the policy's machines, and this many, are to go at once.
    package struct Guard: Codable, Sendable, Equatable {
        package var sharePercent: Int?
        package var count: Int?

        package init() {}
    }
}

extension MachinePolicy.Values {
    /// What `default` says when nobody changed it: as `sql/007_machine_policies.sql` makes it. A document of `default` that
    /// leaves a value out means this one, since there is nothing to inherit it from.
    package static let builtIn: Self = {
        var values = Self()
        values.healthCheck.kind = .connection
        values.healthCheck.intervalSeconds = 3600
        values.healthCheck.timeoutSeconds = 60
        values.healthCheck.warningExitCodes = []
        values.healthCheck.beforeDeployment = false
        values.mayBeOffline = false
        values.cleanup.deleteUnavailable = false
        values.cleanup.deleteUnavailableAfterSeconds = 3600
        values.cleanup.purgeAfterSeconds = 3600
        values.cleanup.guard.sharePercent = 30
        values.cleanup.guard.count = 3
        return values
    }()

    /// These values, and those of `other` where they say nothing. A check has an interval or a cron expression, so one of
    /// the two here keeps the other of `other` out.
    package func filled(from other: Self) -> Self {
        var values = self
        let says = healthCheck.intervalSeconds != nil || healthCheck.cron != nil
        values.healthCheck.kind = healthCheck.kind ?? other.healthCheck.kind
        values.healthCheck.script = healthCheck.script ?? other.healthCheck.script
        values.healthCheck.intervalSeconds =
            says ? healthCheck.intervalSeconds : other.healthCheck.intervalSeconds
        values.healthCheck.cron = says ? healthCheck.cron : other.healthCheck.cron
        values.healthCheck.timeoutSeconds = healthCheck.timeoutSeconds ?? other.healthCheck.timeoutSeconds
        values.healthCheck.warningExitCodes =
            healthCheck.warningExitCodes ?? other.healthCheck.warningExitCodes
        values.healthCheck.beforeDeployment =
            healthCheck.beforeDeployment ?? other.healthCheck.beforeDeployment
        values.unavailableAfterSeconds = unavailableAfterSeconds ?? other.unavailableAfterSeconds
        values.mayBeOffline = mayBeOffline ?? other.mayBeOffline
        values.cleanup.deleteUnavailable = cleanup.deleteUnavailable ?? other.cleanup.deleteUnavailable
        values.cleanup.deleteUnavailableAfterSeconds =
            cleanup.deleteUnavailableAfterSeconds ?? other.cleanup.deleteUnavailableAfterSeconds
        values.cleanup.purgeAfterSeconds = cleanup.purgeAfterSeconds ?? other.cleanup.purgeAfterSeconds
        values.cleanup.guard.sharePercent = cleanup.guard.sharePercent ?? other.cleanup.guard.sharePercent
        values.cleanup.guard.count = cleanup.guard.count ?? other.cleanup.guard.count
        values.keepReleases = keepReleases ?? other.keepReleases
        return values
    }
}
