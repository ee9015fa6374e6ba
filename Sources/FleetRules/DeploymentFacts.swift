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
    package var settings: DeploymentSettings
    /// The steps that no machine runs, in order.
    package var gates: [GateFacts]
    package var runs: [RunFacts]

    package init(
        kind: DeploymentKind,
        state: DeploymentState = .running,
        cancelRequested: Bool = false,
        isHalted: Bool = false,
        maxParallel: [Int?],
        settings: DeploymentSettings = DeploymentSettings(),
        gates: [GateFacts] = [],
        runs: [RunFacts]
    ) {
        self.kind = kind
        self.state = state
        self.cancelRequested = cancelRequested
        self.isHalted = isHalted
        self.maxParallel = maxParallel
        self.settings = settings
        self.gates = gates
        self.runs = runs
    }

    package struct RunFacts: Sendable, Equatable {
        package var id: ID<Run>
        package var state: RunState
        /// Why the machine cannot be given work; nil: it can.
        package var absence: Absence?
        /// Its machine policy says that it may be offline: that it is absent never fails anything.
        package var mayBeOffline: Bool
        /// Whether the machine has a step of another run in hand, or an open run of the same project that belongs to
        /// an older deployment. Runs of a project queue on a machine in the order of their deployments: were a newer
        /// one let in between the steps of an older one, two deployments could wait for each other for ever.
        package var machineIsBusy: Bool
        /// Its machine went away in the middle, and that alone does not fail the deployment.
        package var isExcused: Bool
        /// Whether a health check has to say something before the first step.
        package var check: Check
        /// The steps that apply to the machine, in order.
        package var steps: [StepFacts]

        package init(
            id: ID<Run>,
            state: RunState,
            absence: Absence? = nil,
            mayBeOffline: Bool = false,
            machineIsBusy: Bool = false,
            isExcused: Bool = false,
            check: Check = .notNeeded,
            steps: [StepFacts]
        ) {
            self.id = id
            self.state = state
            self.absence = absence
            self.mayBeOffline = mayBeOffline
            self.machineIsBusy = machineIsBusy
            self.isExcused = isExcused
            self.check = check
            self.steps = steps
        }
    }

    /// Why a machine cannot be given work.
    package enum Absence: String, Sendable, CaseIterable {
        case unavailable, unhealthy, disabled, deleted

        package var inWords: String {
            switch self {
            case .unavailable: "the machine is not available"
            case .unhealthy: "the machine is unhealthy"
            case .disabled: "the machine is disabled"
            case .deleted: "the machine was deleted"
            }
        }
    }

    /// An approval or a health check: a step of the whole deployment.
    package struct GateFacts: Sendable, Equatable {
        package var index: Int
        package var name: String
        package var action: Action
        package var onAutomatic: Step.OnAutomatic
        /// nil: the machines have not come to it yet.
        package var state: GateState?
        /// Its time is over.
        package var isOverdue: Bool
        /// Why it was refused, in words.
        package var reason: String

        package enum Action: Sendable, Equatable {
            case approval
            case healthCheck(includeNew: Bool)
        }

        package init(
            index: Int,
            name: String,
            action: Action,
            onAutomatic: Step.OnAutomatic,
            state: GateState? = nil,
            isOverdue: Bool = false,
            reason: String = ""
        ) {
            self.index = index
            self.name = name
            self.action = action
            self.onAutomatic = onAutomatic
            self.state = state
            self.isOverdue = isOverdue
            self.reason = reason
        }
    }

    /// The health check before the first step of a run.
    package enum Check: String, Sendable, Equatable, CaseIterable {
        /// The policy asks for none, it is concluded, or the first step was given out.
        case notNeeded
        case wanted
        case open
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
        /// How often it may be given out again after it failed, and how often it was.
        package var retries: Int
        package var failures: Int
        package var runWhen: Step.RunWhen
        package var message: String

        package init(
            id: ID<StepRun>,
            index: Int,
            state: StepState,
            attempt: Int = 0,
            hasStarted: Bool = false,
            idempotent: Bool = false,
            retries: Int = 0,
            failures: Int = 0,
            runWhen: Step.RunWhen = .success,
            message: String = ""
        ) {
            self.id = id
            self.index = index
            self.state = state
            self.attempt = attempt
            self.hasStarted = hasStarted
            self.idempotent = idempotent
            self.retries = retries
            self.failures = failures
            self.runWhen = runWhen
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
    /// Take the step, which has failed, back to pending: one failure more.
    case retry(ID<StepRun>)
    /// Look at the machine of the run before its first step.
    case check(ID<Run>)
    /// The step will not be run.
    case end(ID<StepRun>, StepState)
    /// Excused: its machine went away in the middle, see `RunFacts.isExcused`.
    case finishRun(ID<Run>, RunState, reason: String, isExcused: Bool = false)
    /// The gate at this index of the process is so now; the first time, the machines have come to it.
    case gate(Int, GateState, reason: String)
    /// Machines that came to the environment since the deployment began get a run. Whoever asked asks again.
    case includeNew
    case finish(DeploymentState, reason: String)
}
