package import FleetModel

/// What a domain event concerns.
package struct EventSubject: Sendable, Equatable {
    package var machine: ID<Machine>?
    package var environment: ID<Environment>?
    package var project: ID<Project>?
    package var release: ID<Release>?
    package var trigger: ID<Trigger>?
    package var deployment: ID<Deployment>?

    package init(
        machine: ID<Machine>? = nil,
        environment: ID<Environment>? = nil,
        project: ID<Project>? = nil,
        release: ID<Release>? = nil,
        trigger: ID<Trigger>? = nil,
        deployment: ID<Deployment>? = nil
    ) {
        self.machine = machine
        self.environment = environment
        self.project = project
        self.release = release
        self.trigger = trigger
        self.deployment = deployment
    }
}

/// A row of `event` before it is written: id, time, actor and node are added by the unit of work.
package struct EventRecord: Sendable, Equatable {
    package var category: EventCategory
    package var subject: EventSubject
    package var message: String
    package var detail: [String: String]

    package init(
        _ category: EventCategory,
        _ subject: EventSubject,
        _ message: String,
        detail: [String: String] = [:]
    ) {
        self.category = category
        self.subject = subject
        self.message = message
        self.detail = detail
    }
}
