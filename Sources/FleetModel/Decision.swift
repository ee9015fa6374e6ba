/// What a scan concluded for a machine and a project, with its reason and the event that led there.
package struct Decision: Codable, Sendable, Equatable {
    package let id: ID<Decision>
    package let eventID: ID<Event>
    package let triggerID: ID<Trigger>?
    package let machineID: ID<Machine>
    package let projectID: ID<Project>
    /// Names beside the ids; nil from an older node.
    package let machine: String?
    package let project: String?
    package let release: String?
    package let trigger: String?
    package let needID: Int64?
    package let deploymentID: ID<Deployment>?
    package let releaseID: ID<Release>?
    /// `match`: an event met a trigger. `plan`: a need was looked at.
    package let kind: String
    /// Reason code, see `docs/reason-codes.md`.
    package let verdict: String
    package let reason: String
    package let term: Int64
    package let node: String
    package let decidedAt: Instant

    package init(
        id: ID<Decision>,
        eventID: ID<Event>,
        triggerID: ID<Trigger>?,
        machineID: ID<Machine>,
        projectID: ID<Project>,
        needID: Int64?,
        deploymentID: ID<Deployment>?,
        releaseID: ID<Release>?,
        kind: String,
        verdict: String,
        reason: String,
        term: Int64,
        node: String,
        decidedAt: Instant,
        machine: String? = nil,
        project: String? = nil,
        release: String? = nil,
        trigger: String? = nil
    ) {
        self.id = id
        self.eventID = eventID
        self.triggerID = triggerID
        self.machineID = machineID
        self.projectID = projectID
        self.needID = needID
        self.deploymentID = deploymentID
        self.releaseID = releaseID
        self.kind = kind
        self.verdict = verdict
        self.reason = reason
        self.term = term
        self.node = node
        self.decidedAt = decidedAt
        self.machine = machine
        self.project = project
        self.release = release
        self.trigger = trigger
    }
}
