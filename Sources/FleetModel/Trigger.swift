/// Which events make a project deploy by itself, and where.
package struct Trigger: Codable, Sendable, Equatable {
    package let id: ID<Trigger>
    package let project: String
    package let name: String
    package let eventGroups: [EventGroup]
    package let eventCategories: [EventCategory]
    /// Empty: every environment.
    package let environments: [String]
    /// Empty: every role.
    package let roles: [String]
    /// Deploy once per matching event even when the machine has the release.
    package let redeploy: Bool
    package let enabled: Bool
    package let batch: Batch
    /// nil: an older node answered, which does not know it.
    package let retry: Retry?
    /// Deploy again to a machine whose agent proves something else than was put there; nil: an older node answered.
    package let repairDrift: Bool?
    /// On whose behalf it deploys, `person:NAME` or `key:NAME`: whoever applied it last. nil: the system itself.
    package let actsAs: String?

    /// How machines that arrive together are put into one deployment.
    package struct Batch: Codable, Sendable, Equatable {
        /// Wait until no further machine came for this long; 0: deploy at once.
        package var quietSeconds: Int
        /// Never keep the first one waiting longer than this.
        package var longestSeconds: Int
        /// Deploy when so many wait, and at most so many together.
        package var size: Int
        /// How many machines of a batch must succeed before the rest is deployed to; 0: none.
        package var canary: Int

        package init(quietSeconds: Int = 0, longestSeconds: Int = 60, size: Int = 100, canary: Int = 0) {
            self.quietSeconds = quietSeconds
            self.longestSeconds = longestSeconds
            self.size = size
            self.canary = canary
        }

        /// An older node says nothing of canaries, and has none.
        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            self.init(
                quietSeconds: try values.decode(Int.self, forKey: .quietSeconds),
                longestSeconds: try values.decode(Int.self, forKey: .longestSeconds),
                size: try values.decode(Int.self, forKey: .size),
                canary: try values.decodeIfPresent(Int.self, forKey: .canary) ?? 0
            )
        }
    }

    package init(
        id: ID<Trigger>,
        project: String,
        name: String,
        eventGroups: [EventGroup],
        eventCategories: [EventCategory],
        environments: [String],
        roles: [String],
        redeploy: Bool,
        enabled: Bool,
        batch: Batch,
        retry: Retry? = nil,
        repairDrift: Bool? = nil,
        actsAs: String? = nil
    ) {
        self.id = id
        self.project = project
        self.name = name
        self.eventGroups = eventGroups
        self.eventCategories = eventCategories
        self.environments = environments
        self.roles = roles
        self.redeploy = redeploy
        self.enabled = enabled
        self.batch = batch
        self.retry = retry
        self.repairDrift = repairDrift
        self.actsAs = actsAs
    }
}
