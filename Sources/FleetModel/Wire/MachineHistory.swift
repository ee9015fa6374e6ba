/// What was on a machine at a time, and what had happened to it by then. `GET /machines/{m}/history`.
package struct MachineHistory: Codable, Sendable, Equatable {
    package var id: ID<Machine>
    package var name: String
    package var incarnation: Int
    package var environment: String
    package var joinedAt: Instant
    package var deletedAt: Instant?
    /// The time that the answer is about.
    package var at: Instant
    package var presence: Presence
    /// What was on it then, project by project.
    package var releases: [Held]
    /// The latest of what had happened by then, oldest first.
    package var entries: [Entry]
    /// Whether more happened before the oldest entry.
    package var hasEarlier: Bool
    /// Events before this are no longer kept; nil: all of the machine's are.
    package var eventsKeptSince: Instant?

    /// Whether the machine was there at the time.
    package enum Presence: String, Codable, Sendable, CaseIterable {
        case notJoinedYet, present, deleted
    }

    package struct Held: Codable, Sendable, Equatable {
        package var project: String
        /// nil: none.
        package var release: String?
        /// Begun and not completed.
        package var incomplete: String?
        package var since: Instant
        /// The deployment that put it there; nil: the agent found it there.
        package var deploymentID: ID<Deployment>?

        package init(
            project: String,
            release: String?,
            incomplete: String?,
            since: Instant,
            deploymentID: ID<Deployment>?
        ) {
            self.project = project
            self.release = release
            self.incomplete = incomplete
            self.since = since
            self.deploymentID = deploymentID
        }
    }

    package struct Entry: Codable, Sendable, Equatable {
        package var at: Instant
        /// `event`, `run` or `release`.
        package var kind: String
        package var what: String
        package var eventID: ID<Event>?
        package var deploymentID: ID<Deployment>?

        package init(
            at: Instant,
            kind: String,
            what: String,
            eventID: ID<Event>?,
            deploymentID: ID<Deployment>?
        ) {
            self.at = at
            self.kind = kind
            self.what = what
            self.eventID = eventID
            self.deploymentID = deploymentID
        }
    }

    package init(
        id: ID<Machine>,
        name: String,
        incarnation: Int,
        environment: String,
        joinedAt: Instant,
        deletedAt: Instant?,
        at: Instant,
        presence: Presence,
        releases: [Held],
        entries: [Entry],
        hasEarlier: Bool,
        eventsKeptSince: Instant?
    ) {
        self.id = id
        self.name = name
        self.incarnation = incarnation
        self.environment = environment
        self.joinedAt = joinedAt
        self.deletedAt = deletedAt
        self.at = at
        self.presence = presence
        self.releases = releases
        self.entries = entries
        self.hasEarlier = hasEarlier
        self.eventsKeptSince = eventsKeptSince
    }
}
