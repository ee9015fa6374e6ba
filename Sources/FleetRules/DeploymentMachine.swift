import FleetModel

/// Decides what a deployment does next: steps in order, machines in parallel inside the window of the step.
///
/// `advance` looks at how things are and may be asked any number of times by any node: asked again, after its
/// actions were carried out and nothing else happened, it answers nothing.
package struct DeploymentMachine {
    /// How often a step whose outcome is unknown is given out when it is idempotent.
    package static let unknownAttempts = 3

    private var facts: DeploymentFacts
    private var actions: [DeploymentAction] = []

    package static func advance(_ facts: DeploymentFacts) -> [DeploymentAction] {
        guard facts.state.isOpen else { return [] }
        var machine = DeploymentMachine(facts: facts)
        for index in machine.facts.runs.indices where machine.facts.runs[index].state.isOpen {
            machine.settle(index)
        }
        machine.offerNextSteps()
        machine.finishIfDone()
        return machine.actions
    }

    private init(facts: DeploymentFacts) {
        self.facts = facts
    }

    /// Ends a run whose steps have decided it, or whose machine is gone.
    private mutating func settle(_ index: Int) {
        for step in facts.runs[index].steps.indices where facts.runs[index].steps[step].state == .unknown {
            requeueIfRepeatable(run: index, step: step)
        }
        let run = facts.runs[index]
        if run.steps.isEmpty {
            finish(index, .skipped, "no step of the release is for its roles")
        } else if let step = run.steps.first(where: { $0.state == .unknown }) {
            finish(index, .unknown, "it cannot be known whether a step ran to its end: \(step.message)")
        } else if let step = run.steps.first(where: { $0.state == .failed }) {
            finish(index, .failed, step.message)
        } else if run.steps.contains(where: { $0.state == .cancelled }) {
            finish(index, .cancelled, "cancelled")
        } else if run.steps.allSatisfy({ !$0.state.isOpen }) {
            finish(index, .succeeded, "")
        } else if !run.steps.contains(where: { $0.state == .running }) {
            settleIdle(index)
        }
    }

    /// A run with nothing in hand can be ended at once: by a cancellation, or because its machine is gone. It counts
    /// as skipped only when nothing can have been done on the machine.
    private mutating func settleIdle(_ index: Int) {
        let run = facts.runs[index]
        let gone = "the machine is not available"
        if facts.cancelRequested {
            finish(index, .cancelled, "cancelled")
        } else if facts.isHalted, !run.steps.contains(where: { $0.hasStarted || $0.state == .succeeded }) {
            finish(index, .skipped, "the release failed on too many machines of the environment")
        } else if run.machineAcceptsWork {
            return
        } else if run.steps.contains(where: { $0.state.isOpen && $0.hasStarted }) {
            finish(
                index,
                .unknown,
                "it cannot be known whether a step ran to its end, and \(gone) to repeat it"
            )
        } else if run.steps.contains(where: { $0.state == .succeeded }) {
            finish(index, .failed, "\(gone) for the remaining steps")
        } else {
            finish(index, .skipped, gone)
        }
    }

    private mutating func requeueIfRepeatable(run: Int, step: Int) {
        let facts = facts.runs[run].steps[step]
        guard facts.idempotent, facts.attempt < Self.unknownAttempts, !self.facts.cancelRequested,
            self.facts.runs[run].machineAcceptsWork
        else { return }
        actions.append(.requeue(facts.id))
        self.facts.runs[run].steps[step].state = .pending
    }

    private mutating func finish(_ index: Int, _ state: RunState, _ reason: String) {
        let ending: StepState = state == .cancelled ? .cancelled : .skipped
        for step in facts.runs[index].steps.indices where facts.runs[index].steps[step].state.isOpen {
            actions.append(.end(facts.runs[index].steps[step].id, ending))
            facts.runs[index].steps[step].state = ending
        }
        facts.runs[index].state = state
        actions.append(.finishRun(facts.runs[index].id, state, reason: reason))
    }

    /// The step that the slowest run is at is the one that is given out: nobody is ahead of anybody.
    private mutating func offerNextSteps() {
        guard !facts.cancelRequested else { return }
        let next = facts.runs.filter(\.state.isOpen).compactMap { $0.steps.first(where: \.state.isOpen) }
        guard let gate = next.map(\.index).min() else { return }
        let window = (gate < facts.maxParallel.count ? facts.maxParallel[gate] : nil) ?? Int.max
        var room = max(window, 1) - next.count { $0.index == gate && $0.state.isActive }
        for index in facts.runs.indices where room > 0 && facts.runs[index].state.isOpen {
            let run = facts.runs[index]
            guard !run.machineIsBusy, let step = run.steps.firstIndex(where: \.state.isOpen),
                run.steps[step].index == gate, run.steps[step].state == .pending
            else { continue }
            actions.append(.offer(run.steps[step].id))
            facts.runs[index].steps[step].state = .offered
            facts.runs[index].state = .running
            room -= 1
        }
    }

    private mutating func finishIfDone() {
        let states = facts.runs.map(\.state)
        guard !states.contains(where: \.isOpen) else { return }
        let outcome = DeploymentOutcome(of: states, kind: facts.kind, cancelRequested: facts.cancelRequested)
        actions.append(.finish(outcome.state, reason: outcome.reason))
    }
}
