/// A deployment target: one agent with one key in one environment.
package struct Machine: Codable, Sendable, Equatable {
    package let id: ID<Machine>
    package let name: String
    /// How many machines have borne the name, this one included.
    package let incarnation: Int
    package let environment: String
    package let roles: [String]
    package let enabled: Bool
    package let health: MachineHealth
    package let healthSince: Instant
    package let lastSeen: Instant?
    /// When its policy expired it; nil: it is a full member of the fleet.
    package let expiredAt: Instant?
    package let facts: [String: String]
    package let createdAt: Instant
    /// The machine policy it follows; nil: the node is too old to say.
    package let policy: String?
    /// Whether it is cleaned up as soon as it says goodbye.
    package let ephemeral: Bool?
    /// The last health check that was concluded.
    package let lastCheck: HealthCheck?

    package init(
        id: ID<Machine>,
        name: String,
        incarnation: Int,
        environment: String,
        roles: [String],
        enabled: Bool,
        health: MachineHealth,
        healthSince: Instant,
        lastSeen: Instant?,
        expiredAt: Instant? = nil,
        facts: [String: String],
        createdAt: Instant,
        policy: String? = nil,
        ephemeral: Bool? = nil,
        lastCheck: HealthCheck? = nil
    ) {
        self.id = id
        self.name = name
        self.incarnation = incarnation
        self.environment = environment
        self.roles = roles
        self.enabled = enabled
        self.health = health
        self.healthSince = healthSince
        self.lastSeen = lastSeen
        self.expiredAt = expiredAt
        self.facts = facts
        self.createdAt = createdAt
        self.policy = policy
        self.ephemeral = ephemeral
        self.lastCheck = lastCheck
    }
}

/// What may be changed on a machine; nil leaves a field as it is.
package struct MachineChange: Codable, Sendable, Equatable {
    package var enabled: Bool?
    package var environment: String?
    package var roles: [String]?
    /// `default`: what applies to machines that name none.
    package var policy: String?

    package init(
        enabled: Bool? = nil,
        environment: String? = nil,
        roles: [String]? = nil,
        policy: String? = nil
    ) {
        self.enabled = enabled
        self.environment = environment
        self.roles = roles
        self.policy = policy
    }
}
