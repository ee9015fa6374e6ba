/// Something that happened; immutable.
package struct Event: Codable, Sendable, Equatable {
    package let id: ID<Event>
    package let occurredAt: Instant
    /// Text, not `EventCategory`: a row may have been written by a newer node.
    package let category: String
    package let machineID: ID<Machine>?
    package let environmentID: ID<Environment>?
    package let projectID: ID<Project>?
    package let releaseID: ID<Release>?
    package let triggerID: ID<Trigger>?
    package let deploymentID: ID<Deployment>?
    package let actor: String
    package let node: String
    package let message: String

    package init(
        id: ID<Event>,
        occurredAt: Instant,
        category: String,
        machineID: ID<Machine>?,
        environmentID: ID<Environment>?,
        projectID: ID<Project>?,
        releaseID: ID<Release>?,
        triggerID: ID<Trigger>?,
        deploymentID: ID<Deployment>?,
        actor: String,
        node: String,
        message: String
    ) {
        self.id = id
        self.occurredAt = occurredAt
        self.category = category
        self.machineID = machineID
        self.environmentID = environmentID
        self.projectID = projectID
        self.releaseID = releaseID
        self.triggerID = triggerID
        self.deploymentID = deploymentID
        self.actor = actor
        self.node = node
        self.message = message
    }
}
