/// The one answer to: what should be on this machine, what is on it, and why. `GET /machines/{m}/explain`.
package struct Explanation: Codable, Sendable, Equatable {
    package var machine: Machine
    package var projects: [ProjectExplanation]

    package init(machine: Machine, projects: [ProjectExplanation]) {
        self.machine = machine
        self.projects = projects
    }
}

/// The answer for one project.
package struct ProjectExplanation: Codable, Sendable, Equatable {
    package var project: String
    /// Version that should be on it; nil: nothing.
    package var desired: String?
    package var desiredReason: String
    /// Version that its agent last proved; nil: none.
    package var actual: String?
    /// Version that was begun and did not complete.
    package var incomplete: String?
    /// Reason code, such as `upToDate`, `rolloutInProgress`, `noTrigger`; see `docs/reason-codes.md`.
    package var verdict: String
    /// The verdict in words.
    package var reason: String
    package var needID: Int64?
    package var nextLookAt: Instant?
    package var deploymentID: ID<Deployment>?
    /// What is to be said of a release that fails; nil: nothing.
    package var attempts: Attempts?
    /// The events and decisions that led here, oldest first.
    package var chain: [Link]

    /// One event or decision of the chain.
    package struct Link: Codable, Sendable, Equatable {
        package var eventID: ID<Event>
        package var at: Instant
        package var what: String

        package init(eventID: ID<Event>, at: Instant, what: String) {
            self.eventID = eventID
            self.at = at
            self.what = what
        }
    }

    package init(
        project: String,
        desired: String?,
        desiredReason: String,
        actual: String?,
        incomplete: String?,
        verdict: String,
        reason: String,
        needID: Int64?,
        nextLookAt: Instant?,
        deploymentID: ID<Deployment>?,
        attempts: Attempts? = nil,
        chain: [Link]
    ) {
        self.project = project
        self.desired = desired
        self.desiredReason = desiredReason
        self.actual = actual
        self.incomplete = incomplete
        self.verdict = verdict
        self.reason = reason
        self.needID = needID
        self.nextLookAt = nextLookAt
        self.deploymentID = deploymentID
        self.attempts = attempts
        self.chain = chain
    }
}
