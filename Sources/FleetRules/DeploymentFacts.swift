package import FleetModel

/// A deployment with its runs and steps, as the state machine sees it.
package struct DeploymentFacts: Sendable, Equatable {
    package var kind: DeploymentKind
    package var state: DeploymentState
    package var cancelRequested: Bool
    /// The circuit of its release is open in its environment, and nobody asked for it by hand: what has not begun does
    /// not begin.
    package var isHalted: Bool
    /// By index in the release's process: at most so many machines at a time; nil: all.
    package var maxParallel: [Int?]
    package var runs: [RunFacts]

    package init(
        kind: DeploymentKind,
        state: DeploymentState = .running,
        cancelRequested: Bool = false,
        isHalted: Bool = false,
        maxParallel: [Int?],
        runs: [RunFacts]
    ) {
        self.kind = kind
        self.state = state
        self.cancelRequested = cancelRequested
        self.isHalted = isHalted
        self.maxParallel = maxParallel
        self.runs = runs
    }

    package struct RunFacts: Sendable, Equatable {
        package var id: ID<Run>
        package var state: RunState
        /// Whether the machine can be given work: enabled, available, not deleted.
        package var machineAcceptsWork: Bool
        /// Whether the machine has a step of another run in hand, or an open run of the same project that belongs to
        /// an older deployment. Runs of a project queue on a machine in the order of their deployments: were a newer
        /// one let in between the steps of an older one, two deployments could wait for each other for ever.
        package var machineIsBusy: Bool
        /// The steps that apply to the machine, in order.
        package var steps: [StepFacts]

        package init(
            id: ID<Run>,
            state: RunState,
            machineAcceptsWork: Bool = true,
            machineIsBusy: Bool = false,
            steps: [StepFacts]
        ) {
            self.id = id
            self.state = state
            self.machineAcceptsWork = machineAcceptsWork
            self.machineIsBusy = machineIsBusy
            self.steps = steps
        }
    }

    package struct StepFacts: Sendable, Equatable {
        package var id: ID<StepRun>
        package var index: Int
        package var state: StepState
        /// How often it was offered.
        package var attempt: Int
        /// Whether an agent accepted it at some time, and it is not proved that it never started.
        package var hasStarted: Bool
        package var idempotent: Bool
        package var message: String

        package init(
            id: ID<StepRun>,
            index: Int,
            state: StepState,
            attempt: Int = 0,
            hasStarted: Bool = false,
            idempotent: Bool = false,
            message: String = ""
        ) {
            self.id = id
            self.index = index
            self.state = state
            self.attempt = attempt
            self.hasStarted = hasStarted
            self.idempotent = idempotent
            self.message = message
        }
    }
}

/// What is to be done next about a deployment; carried out in the transaction that asked.
package enum DeploymentAction: Sendable, Equatable {
    /// Give the step to its machine: one attempt more, and its run is running.
    case offer(ID<StepRun>)
    /// Take the step, which may have run, back to pending: it may be repeated.
    case requeue(ID<StepRun>)
    /// The step will not be run.
    case end(ID<StepRun>, StepState)
    case finishRun(ID<Run>, RunState, reason: String)
    case finish(DeploymentState, reason: String)
}
