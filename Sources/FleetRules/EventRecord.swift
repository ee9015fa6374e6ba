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
///
/// Texts that agents and callers sent end up in it, so it makes sure that PostgreSQL takes it: an event that cannot be
/// written would undo the change that it tells of, each time it is tried.
package struct EventRecord: Sendable, Equatable {
    /// The CHECK on `event.message`, in characters as PostgreSQL counts them.
    private static let messageLength = 4000

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
        self.message = message.storable(most: Self.messageLength)
        self.detail = detail.mapValues { $0.storable(most: Self.messageLength) }
    }
}

extension String {
    /// Without U+0000, which PostgreSQL has no way to store, and cut to `most` characters.
    fileprivate func storable(most: Int) -> String {
        var scalars = unicodeScalars
        if scalars.count > most {
            scalars = UnicodeScalarView(scalars.prefix(most - 3))
            scalars.append(contentsOf: "...".unicodeScalars)
        }
        guard scalars.contains("\0") else { return String(scalars) }
        return String(UnicodeScalarView(scalars.map { $0 == "\0" ? "\u{FFFD}" : $0 }))
    }
}
