package import FleetModel

/// An event that fires a trigger for a machine: it opens a need, or meets the one that is open.
package struct TriggerMatch: Sendable, Equatable {
    package var eventID: ID<Event>
    package var triggerID: ID<Trigger>
    package var projectID: ID<Project>
    package var machineID: ID<Machine>
    /// Deploy even if the machine has the release: the trigger says so, and the machine is still there.
    package var redeploy: Bool
    /// The attempts of an open need count from nothing again: a person touched the machine. What a machine says of
    /// itself does not start again, or a release that takes its machine down would be tried for ever.
    package var startsAgain: Bool

    package init(
        eventID: ID<Event>,
        triggerID: ID<Trigger>,
        projectID: ID<Project>,
        machineID: ID<Machine>,
        redeploy: Bool,
        startsAgain: Bool
    ) {
        self.eventID = eventID
        self.triggerID = triggerID
        self.projectID = projectID
        self.machineID = machineID
        self.redeploy = redeploy
        self.startsAgain = startsAgain
    }
}

/// Finds which triggers the balanced events of a window fire.
package enum TriggerMatcher {
    /// Categories that only a person brings about.
    private static let personal: Set<EventCategory> = [
        .machineEnabled, .machineDeploymentRelatedPropertyWasUpdated,
    ]

    /// Matches in order of machine, event and trigger. A machine that is not in `machines` is not matched.
    package static func matches(
        _ balance: EventBalance,
        machines: [ID<Machine>: MachineFacts],
        triggers: [TriggerFacts]
    ) -> [TriggerMatch] {
        balance.machines.flatMap { net -> [TriggerMatch] in
            guard let machine = machines[net.machineID], !machine.deleted else { return [] }
            return net.events.flatMap { event in
                triggers.compactMap { trigger in
                    let isFired = trigger.fires(on: event.category, about: machine)
                    guard isFired || trigger.repairs(event, about: machine) else { return nil }
                    return TriggerMatch(
                        eventID: event.id,
                        triggerID: trigger.id,
                        projectID: trigger.projectID,
                        machineID: net.machineID,
                        redeploy: isFired && trigger.redeploy && !net.isGone,
                        startsAgain: personal.contains(event.category)
                    )
                }
            }
        }
    }
}
