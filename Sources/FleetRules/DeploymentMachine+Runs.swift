import FleetModel

/// What becomes of one run: its steps decide it, or its machine's absence does.
extension DeploymentMachine {
    /// Ends a run whose steps have decided it, or whose machine is gone.
    mutating func settle(_ index: Int) {
        for step in facts.runs[index].steps.indices { repeatIfAllowed(run: index, step: step) }
        leaveOut(index)
        let run = facts.runs[index]
        if run.steps.allSatisfy({ $0.state == .skipped }) {
            finish(index, .skipped, "no step of the release is for its roles")
        } else if let step = run.steps.first(where: { $0.state == .unknown }) {
            finish(
                index,
                .unknown,
                "it cannot be known whether a step ran to its end: \(step.message)",
                isExcused: run.absence.map { isExcused(run, $0) } ?? false
            )
        } else if run.steps.contains(where: { $0.state == .cancelled }),
            !run.steps.contains(where: { $0.state == .failed })
        {
            finish(index, .cancelled, "cancelled")
        } else if run.steps.allSatisfy({ !$0.state.isOpen }) {
            let failed = run.steps.first { $0.state == .failed }
            finish(index, failed == nil ? .succeeded : .failed, failed?.message ?? "")
        } else if !run.steps.contains(where: { $0.state == .running }) {
            settleIdle(index)
        }
    }

    /// A definite failure may be repeated as often as the step allows; an unknown outcome only when the step is
    /// idempotent.
    private mutating func repeatIfAllowed(run: Int, step: Int) {
        let step = (index: step, facts: facts.runs[run].steps[step])
        guard !facts.cancelRequested, facts.runs[run].absence == nil else { return }
        switch step.facts.state {
        case .unknown where step.facts.idempotent && step.facts.attempt < Self.unknownAttempts:
            actions.append(.requeue(step.facts.id))
            facts.runs[run].steps[step.index].state = .pending
        case .failed where step.facts.failures < step.facts.retries:
            actions.append(.retry(step.facts.id))
            facts.runs[run].steps[step.index].state = .pending
            facts.runs[run].steps[step.index].failures += 1
            facts.runs[run].steps[step.index].hasStarted = false
        default: break
        }
    }

    /// Steps that will not run on the machine as things have gone there. After an unknown outcome none does: what is
    /// unknown may be running still.
    private mutating func leaveOut(_ index: Int) {
        for step in facts.runs[index].steps.indices where facts.runs[index].steps[step].state == .pending {
            let before = facts.runs[index].steps[..<step]
            let hasFailed = before.contains { $0.state == .failed }
            switch facts.runs[index].steps[step].runWhen {
            case .success where hasFailed: end(run: index, step: step, .skipped)
            case .failure where !hasFailed && !before.contains(where: \.state.isOpen):
                end(run: index, step: step, .skipped)
            default: break
            }
        }
    }

    /// A run with nothing in hand can be ended at once: by a cancellation, or because its machine is gone.
    private mutating func settleIdle(_ index: Int) {
        let run = facts.runs[index]
        if let failed = run.steps.first(where: { $0.state == .failed }) {
            guard facts.cancelRequested || run.absence != nil else { return }
            finish(index, .failed, failed.message)
        } else if facts.cancelRequested {
            finish(index, .cancelled, "cancelled")
        } else if facts.isHalted,
            !run.steps.contains(where: { $0.hasStarted || $0.failures > 0 || $0.state == .succeeded })
        {
            finish(index, .skipped, "the release failed on too many machines of the environment")
        } else if let absence = run.absence {
            leave(index, absence)
        }
    }

    /// It counts as skipped only when nothing can have been done on the machine.
    private mutating func leave(_ index: Int, _ absence: DeploymentFacts.Absence) {
        let run = facts.runs[index]
        let gone = absence.inWords
        if run.steps.contains(where: { $0.state.isOpen && $0.hasStarted }) {
            let reason = "it cannot be known whether a step ran to its end, and \(gone) to repeat it"
            finish(index, .unknown, reason, isExcused: isExcused(run, absence))
        } else if let step = run.steps.first(where: { $0.state.isOpen && $0.failures > 0 }) {
            finish(index, .failed, "\(step.message), and \(gone) to repeat it")
        } else if run.steps.contains(where: { $0.state == .succeeded }) {
            finish(index, .failed, "\(gone) for the remaining steps", isExcused: isExcused(run, absence))
        } else {
            finish(index, failsAbsent(run, absence) ? .failed : .skipped, gone)
        }
    }

    /// Whether a machine that cannot be deployed to fails a deployment that a person asked for. One that a person
    /// disabled, or that is no more, was meant to be left out; and the need of an arrival lives on by itself.
    private func failsAbsent(_ run: DeploymentFacts.RunFacts, _ absence: DeploymentFacts.Absence) -> Bool {
        guard facts.kind != .automatic, !run.mayBeOffline else { return false }
        switch absence {
        case .unavailable: return facts.settings.unavailableTargets == .fail
        case .unhealthy: return facts.settings.unhealthyTargets == .fail
        case .disabled, .deleted: return false
        }
    }

    /// Whether a machine that went away in the middle leaves the deployment as good as it was. One that became
    /// unhealthy does not: the release may be why.
    private func isExcused(_ run: DeploymentFacts.RunFacts, _ absence: DeploymentFacts.Absence) -> Bool {
        switch absence {
        case .unavailable: run.mayBeOffline || facts.settings.unavailableTargets == .skip
        case .unhealthy: false
        case .disabled, .deleted: true
        }
    }
}
