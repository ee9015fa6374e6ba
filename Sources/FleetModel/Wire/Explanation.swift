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
    /// Who says so: `machinePin`, `environmentPin`, `fallback`, `rollout` or `marked`; nil: nothing should be on it.
    package var desiredSource: String?
    package var desiredSince: Instant?
    /// Who pinned it, marked it or asked for the rollout; nil for a fallback, which nobody asked for.
    package var desiredBy: String?
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
    /// What every rule says as things are now, in the order in which they are asked; nil from an older node.
    package var rules: [Rule]?
    /// The events, decisions and runs that led here, oldest first: the event that opened the need, and the latest.
    package var chain: [Link]

    /// One rule of the planner.
    package struct Rule: Codable, Sendable, Equatable {
        /// Its name, a case of `NeedRule`.
        package var rule: String
        /// What it means that it lets the release pass.
        package var meaning: String
        package var standing: Standing
        /// What it says when it does not.
        package var verdict: String?
        package var reason: String?

        package enum Standing: String, Codable, Sendable, CaseIterable {
            case passed, decides
            /// It would decide if those before it did not.
            case alsoInTheWay
        }

        package init(rule: String, meaning: String, standing: Standing, verdict: String?, reason: String?) {
            self.rule = rule
            self.meaning = meaning
            self.standing = standing
            self.verdict = verdict
            self.reason = reason
        }
    }

    /// One event, decision or run of the chain.
    package struct Link: Codable, Sendable, Equatable {
        /// The event, or the one that the decision or the run goes back to.
        package var eventID: ID<Event>
        package var at: Instant
        package var what: String
        /// `event`, `decision` or `run`; nil from an older node.
        package var kind: String?
        package var deploymentID: ID<Deployment>?

        package init(
            eventID: ID<Event>,
            at: Instant,
            what: String,
            kind: String? = nil,
            deploymentID: ID<Deployment>? = nil
        ) {
            self.eventID = eventID
            self.at = at
            self.what = what
            self.kind = kind
            self.deploymentID = deploymentID
        }
    }

    package init(
        project: String,
        desired: String?,
        desiredReason: String,
        desiredSource: String? = nil,
        desiredSince: Instant? = nil,
        desiredBy: String? = nil,
        actual: String?,
        incomplete: String?,
        verdict: String,
        reason: String,
        needID: Int64?,
        nextLookAt: Instant?,
        deploymentID: ID<Deployment>?,
        attempts: Attempts? = nil,
        rules: [Rule]? = nil,
        chain: [Link]
    ) {
        self.project = project
        self.desired = desired
        self.desiredReason = desiredReason
        self.desiredSource = desiredSource
        self.desiredSince = desiredSince
        self.desiredBy = desiredBy
        self.actual = actual
        self.incomplete = incomplete
        self.verdict = verdict
        self.reason = reason
        self.needID = needID
        self.nextLookAt = nextLookAt
        self.deploymentID = deploymentID
        self.attempts = attempts
        self.rules = rules
        self.chain = chain
    }
}
