package import FleetModel

/// A deployment with its runs and steps, as the state machine sees it.
package struct DeploymentFacts: Sendable, Equatable {
    package var cancelRequested: Bool
    /// By index in the release's process: at most so many machines at a time; nil: all.
    package var maxParallel: [Int?]
    package var runs: [RunFacts]

    package init(cancelRequested: Bool = false, maxParallel: [Int?], runs: [RunFacts]) {
        self.cancelRequested = cancelRequested
        self.maxParallel = maxParallel
        self.runs = runs
    }

    package struct RunFacts: Sendable, Equatable {
        package var id: ID<Run>
        package var state: RunState
        /// Whether the machine can be given work: enabled, available, not deleted.
        package var machineAcceptsWork: Bool
        /// Whether the machine has a step of another run in hand.
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
        package var attempt: Int
        package var idempotent: Bool
        package var message: String

        package init(
            id: ID<StepRun>,
            index: Int,
            state: StepState,
            attempt: Int = 0,
            idempotent: Bool = false,
            message: String = ""
        ) {
            self.id = id
            self.index = index
            self.state = state
            self.attempt = attempt
            self.idempotent = idempotent
            self.message = message
        }
    }
}

/// What is to be done next about a deployment; carried out in the transaction that asked.
package enum DeploymentAction: Sendable, Equatable {
    /// Give the step to its machine.
    case offer(ID<StepRun>)
    /// Take the step back to pending: it provably did not start, or it may be repeated.
    case requeue(ID<StepRun>)
    /// The step will not be run.
    case end(ID<StepRun>, StepState)
    case finishRun(ID<Run>, RunState, reason: String)
    case finish(DeploymentState, reason: String)
}
