package import FleetModel

/// An event after which a machine may be meant to have another release although nothing happened to the machine.
package struct Redirection: Sendable, Equatable {
    package var eventID: ID<Event>
    package var projectID: ID<Project>
    package var machine: MachineFacts

    package init(eventID: ID<Event>, projectID: ID<Project>, machine: MachineFacts) {
        self.eventID = eventID
        self.projectID = projectID
        self.machine = machine
    }

    /// It opens a need like an event of the machine, where an enabled trigger of the project covers the machine: a person
    /// brought it about, so attempts count from nothing again.
    package func match(triggers: [TriggerFacts]) -> TriggerMatch? {
        let serving = TriggerFacts.serving(machine, project: projectID, openedBy: nil, among: triggers)
        guard let serving, serving.enabled, !machine.deleted else { return nil }
        return TriggerMatch(
            eventID: eventID,
            triggerID: serving.id,
            projectID: projectID,
            machineID: machine.id,
            redeploy: false,
            startsAgain: true
        )
    }
}
