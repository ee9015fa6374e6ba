package import FleetModel

/// A trigger as the rules see it: groups are resolved, names are ids.
package struct TriggerFacts: Sendable, Equatable {
    package var id: ID<Trigger>
    package var projectID: ID<Project>
    package var categories: Set<EventCategory>
    /// Empty: every environment.
    package var environmentIDs: Set<ID<Environment>>
    /// Empty: every role.
    package var roles: Set<String>
    package var redeploy: Bool
    package var enabled: Bool
    package var batch: Trigger.Batch

    package init(
        id: ID<Trigger>,
        projectID: ID<Project>,
        categories: Set<EventCategory>,
        environmentIDs: Set<ID<Environment>> = [],
        roles: Set<String> = [],
        redeploy: Bool = false,
        enabled: Bool = true,
        batch: Trigger.Batch = .init()
    ) {
        self.id = id
        self.projectID = projectID
        self.categories = categories
        self.environmentIDs = environmentIDs
        self.roles = roles
        self.redeploy = redeploy
        self.enabled = enabled
        self.batch = batch
    }

    /// Whether the machine is one that this trigger is about.
    package func covers(_ machine: MachineFacts) -> Bool {
        (environmentIDs.isEmpty || environmentIDs.contains(machine.environmentID))
            && (roles.isEmpty || machine.roles.contains(where: roles.contains))
    }

    /// Whether an event of `category` about `machine` fires it.
    package func fires(on category: EventCategory, about machine: MachineFacts) -> Bool {
        enabled && categories.contains(category) && covers(machine)
    }
}
