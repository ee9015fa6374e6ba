package import FleetModel

/// What the rules look at on a machine.
package struct MachineFacts: Sendable, Equatable {
    package var id: ID<Machine>
    package var environmentID: ID<Environment>
    package var roles: [String]
    package var enabled: Bool
    package var health: MachineHealth
    package var deleted: Bool

    package init(
        id: ID<Machine>,
        environmentID: ID<Environment>,
        roles: [String],
        enabled: Bool = true,
        health: MachineHealth = .healthy,
        deleted: Bool = false
    ) {
        self.id = id
        self.environmentID = environmentID
        self.roles = roles
        self.enabled = enabled
        self.health = health
        self.deleted = deleted
    }

    package var acceptsWork: Bool { enabled && !deleted && health.isAvailable }
}
