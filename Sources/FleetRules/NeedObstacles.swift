package import FleetModel

/// What may keep a ready machine from its release although nothing is wrong with the machine: each is nil or empty when
/// it does not, and is looked up by the store for the need's place, its pair of machine and release, or its machine.
package struct NeedObstacles: Sendable, Equatable {
    package var promotion: Promotion?
    package var freeze: Freeze?
    package var circuit: Circuit?
    package var quarantine: Quarantine?
    /// Projects that come first on the machine and are not there yet.
    package var predecessors: [Predecessor] = []

    package init() {}

    /// The environment is not in the project's promotion order, or the release has not come that far.
    package struct Promotion: Sendable, Equatable {
        /// In words, such as `staging comes before production, and the release never succeeded there`.
        package var reason: String

        package init(reason: String) {
            self.reason = reason
        }
    }

    /// A deployment freeze that is in force.
    package struct Freeze: Sendable, Equatable {
        package var name: String
        package var until: Instant

        package init(name: String, until: Instant) {
            self.name = name
            self.until = until
        }
    }

    /// The open circuit of the release that the machine should have, because there is nothing to fall back to.
    package struct Circuit: Sendable, Equatable {
        package var failed: Int
        package var tried: Int

        package init(failed: Int, tried: Int) {
            self.failed = failed
            self.tried = tried
        }
    }

    /// The release was given up on the machine.
    package struct Quarantine: Sendable, Equatable {
        package var attempts: Int
        package var since: Instant

        package init(attempts: Int, since: Instant) {
            self.attempts = attempts
            self.since = since
        }
    }

    package struct Predecessor: Sendable, Equatable {
        package var project: ID<Project>
        package var name: String
        /// Why it is not there yet, in words.
        package var reason: String

        package init(project: ID<Project>, name: String, reason: String) {
            self.project = project
            self.name = name
            self.reason = reason
        }
    }
}
