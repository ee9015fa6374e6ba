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
    package var retry: Trigger.Retry
    /// What drifts is deployed to again.
    package var repairDrift: Bool
    /// Where whoever it acts as may not deploy, with why; see `ActingIdentity`.
    package var refusals: [ID<Environment>: String]

    package init(
        id: ID<Trigger>,
        projectID: ID<Project>,
        categories: Set<EventCategory>,
        environmentIDs: Set<ID<Environment>> = [],
        roles: Set<String> = [],
        redeploy: Bool = false,
        enabled: Bool = true,
        batch: Trigger.Batch = .init(),
        retry: Trigger.Retry = .init(),
        repairDrift: Bool = false,
        refusals: [ID<Environment>: String] = [:]
    ) {
        self.id = id
        self.projectID = projectID
        self.categories = categories
        self.environmentIDs = environmentIDs
        self.roles = roles
        self.redeploy = redeploy
        self.enabled = enabled
        self.batch = batch
        self.retry = retry
        self.repairDrift = repairDrift
        self.refusals = refusals
    }

    /// Whether the machine is one that this trigger is about.
    package func covers(_ machine: MachineFacts) -> Bool {
        (environmentIDs.isEmpty || environmentIDs.contains(machine.environmentID))
            && (roles.isEmpty || machine.roles.contains(where: roles.contains))
    }

    /// The trigger that a need of the project on the machine is served by: the one that opened it while it covers the
    /// machine, is enabled and may deploy there, else another that does. So a machine that moves from one trigger's environment to
    /// another's, or whose trigger is replaced, keeps its need.
    package static func serving(
        _ machine: MachineFacts,
        project: ID<Project>,
        openedBy opener: ID<Trigger>?,
        among triggers: [TriggerFacts]
    ) -> TriggerFacts? {
        let covering = triggers.filter { $0.projectID == project && $0.covers(machine) }
        return covering.min { left, right in
            func rank(_ trigger: TriggerFacts) -> (Int, Int, Int, ID<Trigger>) {
                let isRefused = trigger.refusals[machine.environmentID] != nil
                return (trigger.enabled ? 0 : 1, isRefused ? 1 : 0, trigger.id == opener ? 0 : 1, trigger.id)
            }
            return rank(left) < rank(right)
        }
    }

    /// Whether an event of `category` about `machine` fires it.
    package func fires(on category: EventCategory, about machine: MachineFacts) -> Bool {
        enabled && categories.contains(category) && covers(machine)
    }

    /// Whether the event says that its project drifted on the machine, and it is to put that right.
    package func repairs(_ event: ScannedEvent, about machine: MachineFacts) -> Bool {
        enabled && repairDrift && ScanReaction.repairDrift.isDue(to: event.category)
            && event.projectID == projectID
            && covers(machine)
    }
}
