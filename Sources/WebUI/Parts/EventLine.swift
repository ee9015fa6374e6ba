import FleetModel
import FleetStore

/// An event as a line of a list.
struct EventLine {
    let id: String
    let href: String
    let at: Moment
    let badge: Badge
    let message: String
    let actor: String
    let node: String
    let machine: String?
    let machineHref: String
    let project: String?
    let projectHref: String
    let environment: String?
    let trigger: String?
    let deployment: String?
    let deploymentHref: String

    init(_ event: NamedEvent, now: Instant) {
        id = event.id.description
        href = Link.event(event.id)
        at = Moment(event.occurredAt, now: now)
        badge = Badge(category: event.category)
        message = event.message
        actor = event.actor
        node = event.node
        machine = event.machine
        machineHref = Link("/events", [("machine", event.machine)]).text
        project = event.project
        projectHref = Link("/events", [("project", event.project)]).text
        environment = event.environment
        trigger = event.trigger
        deployment = event.deploymentID?.description
        deploymentHref = event.deploymentID.map { Link.deployment($0) } ?? ""
    }
}
