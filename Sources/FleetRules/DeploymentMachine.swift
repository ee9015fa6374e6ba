import FleetModel

/// Decides what a deployment does next: steps in order, machines in parallel inside the window of the step.
///
/// `advance` looks at how things are and may be asked any number of times by any node: asked again, after its
/// actions were carried out and nothing else happened, it answers nothing. After `includeNew` it is to be asked again.
package struct DeploymentMachine {
    /// How often a step whose outcome is unknown is given out when it is idempotent.
    package static let unknownAttempts = 3

    var facts: DeploymentFacts
    var actions: [DeploymentAction] = []
    /// What decides about the whole deployment, whatever its runs add up to.
    var decided: (state: DeploymentState, reason: String)?
    /// Machines may be about to join: nothing else is done before that.
    var awaitsNewMachines = false

    package static func advance(_ facts: DeploymentFacts) -> [DeploymentAction] {
        guard facts.state.isOpen else { return [] }
        var machine = DeploymentMachine(facts: facts)
        for index in machine.facts.runs.indices where machine.facts.runs[index].state.isOpen {
            machine.settle(index)
        }
        machine.stopBelowMinimum()
        machine.passGates()
        if !machine.awaitsNewMachines {
            machine.offerNextSteps()
            machine.finishIfDone()
        }
        return machine.actions
    }

    private init(facts: DeploymentFacts) {
        self.facts = facts
    }

    mutating func finish(_ index: Int, _ state: RunState, _ reason: String, isExcused: Bool = false) {
        let ending: StepState = state == .cancelled ? .cancelled : .skipped
        for step in facts.runs[index].steps.indices where facts.runs[index].steps[step].state.isOpen {
            end(run: index, step: step, ending)
        }
        facts.runs[index].state = state
        facts.runs[index].isExcused = isExcused
        actions.append(.finishRun(facts.runs[index].id, state, reason: reason, isExcused: isExcused))
    }

    mutating func end(run: Int, step: Int, _ state: StepState) {
        actions.append(.end(facts.runs[run].steps[step].id, state))
        facts.runs[run].steps[step].state = state
    }

    /// The index of the step that the slowest open run is at; nil: no run is open.
    var front: Int? {
        facts.runs.filter(\.state.isOpen).compactMap { $0.steps.first(where: \.state.isOpen)?.index }.min()
    }

    /// The step that the slowest run is at is the one that is given out: nobody is ahead of anybody, nor past a gate.
    private mutating func offerNextSteps() {
        guard !facts.cancelRequested, decided == nil, let front else { return }
        if let gate = nextGate, facts.gates[gate].index < front { return }
        let window = (front < facts.maxParallel.count ? facts.maxParallel[front] : nil) ?? Int.max
        // A run that waits for its check has its place in the window: checks are to be fresh, and so few at a time.
        let active = facts.runs.filter(\.state.isOpen).count { run in
            run.steps.first(where: \.state.isOpen).map {
                $0.index == front && ($0.state.isActive || run.check == .open)
            } ?? false
        }
        var room = max(window, 1) - active
        for index in facts.runs.indices where room > 0 && facts.runs[index].state.isOpen {
            let run = facts.runs[index]
            guard !run.machineIsBusy, let step = run.steps.firstIndex(where: \.state.isOpen),
                run.steps[step].index == front, run.steps[step].state == .pending
            else { continue }
            guard run.check != .open else { continue }
            room -= 1
            guard run.check == .notNeeded else {
                actions.append(.check(run.id))
                facts.runs[index].check = .open
                continue
            }
            actions.append(.offer(run.steps[step].id))
            facts.runs[index].steps[step].state = .offered
            facts.runs[index].state = .running
        }
    }

    private mutating func finishIfDone() {
        guard !facts.runs.contains(where: \.state.isOpen) else { return }
        if let decided, !facts.cancelRequested {
            actions.append(.finish(decided.state, reason: decided.reason))
            return
        }
        let outcome = outcome
        if outcome.state == .succeeded, nextGate != nil, !facts.cancelRequested { return }
        actions.append(.finish(outcome.state, reason: outcome.reason))
    }

    var outcome: DeploymentOutcome {
        DeploymentOutcome(of: facts.runs, kind: facts.kind, cancelRequested: facts.cancelRequested)
    }
}
