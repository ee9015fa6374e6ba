/// What triggers that nobody applied yet would have done in the past. `POST /triggers/preview`.
package struct TriggerPreview: Codable, Sendable, Equatable {
    package var since: Instant
    package var until: Instant
    /// Events this close together were weighed together, as one scan would.
    package var windowSeconds: Int
    package var eventsRead: Int
    /// Where reading ended because there were too many events; nil: all since `since` were read.
    package var cutOffAt: Instant?
    /// What the reader must know to judge the answer.
    package var notes: [String]
    package var triggers: [Outcome]

    /// The body of the request.
    package struct Request: Codable, Sendable {
        /// Documents of `kind: Trigger`.
        package var documents: [JSONValue]
        package var sinceSeconds: Int
        package var windowSeconds: Int?

        package init(documents: [JSONValue], sinceSeconds: Int, windowSeconds: Int? = nil) {
            self.documents = documents
            self.sinceSeconds = sinceSeconds
            self.windowSeconds = windowSeconds
        }
    }

    /// What one trigger would have done.
    package struct Outcome: Codable, Sendable, Equatable {
        package var project: String
        package var trigger: String
        /// How often an event would have fired it.
        package var matches: Int
        /// How many machines it would have fired for; `machines` shows the first thousand of them.
        package var machineCount: Int
        package var machines: [Line]

        package init(
            project: String,
            trigger: String,
            matches: Int,
            machineCount: Int,
            machines: [Line]
        ) {
            self.project = project
            self.trigger = trigger
            self.matches = matches
            self.machineCount = machineCount
            self.machines = machines
        }
    }

    /// What it would have done for one machine.
    package struct Line: Codable, Sendable, Equatable {
        package var machine: String
        package var environment: String
        package var project: String
        /// How many events would have fired it.
        package var events: Int
        package var firstEventID: ID<Event>
        package var firstAt: Instant
        package var lastEventID: ID<Event>
        package var lastAt: Instant
        /// How many deployments: of the machine and its releases as they are now.
        package var deployments: Int
        /// The release that it should have now.
        package var release: String?
        /// What a scan would conclude now if the need were open: a reason code.
        package var verdict: String
        package var reason: String

        package init(
            machine: String,
            environment: String,
            project: String,
            events: Int,
            firstEventID: ID<Event>,
            firstAt: Instant,
            lastEventID: ID<Event>,
            lastAt: Instant,
            deployments: Int,
            release: String?,
            verdict: String,
            reason: String
        ) {
            self.machine = machine
            self.environment = environment
            self.project = project
            self.events = events
            self.firstEventID = firstEventID
            self.firstAt = firstAt
            self.lastEventID = lastEventID
            self.lastAt = lastAt
            self.deployments = deployments
            self.release = release
            self.verdict = verdict
            self.reason = reason
        }
    }

    package init(
        since: Instant,
        until: Instant,
        windowSeconds: Int,
        eventsRead: Int,
        cutOffAt: Instant?,
        notes: [String],
        triggers: [Outcome]
    ) {
        self.since = since
        self.until = until
        self.windowSeconds = windowSeconds
        self.eventsRead = eventsRead
        self.cutOffAt = cutOffAt
        self.notes = notes
        self.triggers = triggers
    }
}
