package import FleetModel

/// Everything that the planner looks at to decide about one need.
package struct NeedFacts: Sendable, Equatable {
    package var needID: Int64
    package var projectID: ID<Project>
    package var machine: MachineFacts
    /// The one that serves it, see `TriggerFacts.serving`; nil: none covers the machine.
    package var trigger: TriggerFacts?
    package var redeploy: Bool
    package var openedAt: Instant
    package var desired: DesiredRelease?
    package var actualReleaseID: ID<Release>?
    package var incompleteReleaseID: ID<Release>?
    /// A run of the project on the machine that has not ended, of whatever deployment.
    package var openRun: OpenRun?
    /// A rollout to the machine's environment that has not ended.
    package var openRollout: OpenRollout?
    /// The last run of the project on the machine that was made since the need was opened and has ended, of whatever
    /// deployment: a person who deploys by hand to a machine that gave up ends the matter.
    package var lastRun: LastRun?
    /// Runs made for this need with the desired release, without those that were skipped; 0 again after an event
    /// that `startsAgain`.
    package var attempts: Int
    /// What stands in the way of the place or the pair beyond the machine's own state; see `NeedObstacles`.
    package var obstacles = NeedObstacles()

    /// What the machine should have.
    package struct DesiredRelease: Sendable, Equatable {
        package var releaseID: ID<Release>
        /// Whether a step of it is for the machine's roles.
        package var hasStepForMachine: Bool
        package var source: Source

        /// Who says so; the values of the SQL function `desired_release`.
        package enum Source: String, Sendable, CaseIterable {
            case machinePin, environmentPin, fallback, rollout, marked

            /// Whether a rollout that is under way has no say in it.
            package var isPin: Bool { self == .machinePin || self == .environmentPin }
        }

        package init(releaseID: ID<Release>, hasStepForMachine: Bool, source: Source = .rollout) {
            self.releaseID = releaseID
            self.hasStepForMachine = hasStepForMachine
            self.source = source
        }
    }

    package struct OpenRun: Sendable, Equatable {
        package var deploymentID: ID<Deployment>

        package init(deploymentID: ID<Deployment>) {
            self.deploymentID = deploymentID
        }
    }

    package struct OpenRollout: Sendable, Equatable {
        package var deploymentID: ID<Deployment>
        package var releaseID: ID<Release>

        package init(deploymentID: ID<Deployment>, releaseID: ID<Release>) {
            self.deploymentID = deploymentID
            self.releaseID = releaseID
        }
    }

    package struct LastRun: Sendable, Equatable {
        package var releaseID: ID<Release>
        package var state: RunState
        package var finishedAt: Instant

        package init(releaseID: ID<Release>, state: RunState, finishedAt: Instant) {
            self.releaseID = releaseID
            self.state = state
            self.finishedAt = finishedAt
        }
    }

    package init(
        needID: Int64,
        projectID: ID<Project>,
        machine: MachineFacts,
        trigger: TriggerFacts?,
        redeploy: Bool = false,
        openedAt: Instant,
        desired: DesiredRelease?,
        actualReleaseID: ID<Release>? = nil,
        incompleteReleaseID: ID<Release>? = nil,
        openRun: OpenRun? = nil,
        openRollout: OpenRollout? = nil,
        lastRun: LastRun? = nil,
        attempts: Int = 0
    ) {
        self.needID = needID
        self.projectID = projectID
        self.machine = machine
        self.trigger = trigger
        self.redeploy = redeploy
        self.openedAt = openedAt
        self.desired = desired
        self.actualReleaseID = actualReleaseID
        self.incompleteReleaseID = incompleteReleaseID
        self.openRun = openRun
        self.openRollout = openRollout
        self.lastRun = lastRun
        self.attempts = attempts
    }
}
