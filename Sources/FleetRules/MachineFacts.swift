package import FleetModel

/// What the rules look at on a machine.
package struct MachineFacts: Sendable, Equatable {
    package var id: ID<Machine>
    package var environmentID: ID<Environment>
    package var roles: [String]
    package var enabled: Bool
    package var health: MachineHealth
    package var deleted: Bool
    /// Its policy expired it.
    package var expired: Bool
    /// Its environment is being torn down.
    package var environmentEnds: Bool

    package init(
        id: ID<Machine>,
        environmentID: ID<Environment>,
        roles: [String],
        enabled: Bool = true,
        health: MachineHealth = .healthy,
        deleted: Bool = false,
        expired: Bool = false,
        environmentEnds: Bool = false
    ) {
        self.id = id
        self.environmentID = environmentID
        self.roles = roles
        self.enabled = enabled
        self.health = health
        self.deleted = deleted
        self.expired = expired
        self.environmentEnds = environmentEnds
    }

    package var acceptsWork: Bool {
        enabled && !deleted && !expired && !environmentEnds && health.isAvailable
    }
}
