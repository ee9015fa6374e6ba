import FleetModel

/// The steps of a deployment that no machine runs: all its machines come to one before any goes past it.
extension DeploymentMachine {
    /// The first gate that is in the way still, by its place in the list.
    var nextGate: Int? {
        facts.gates.firstIndex { $0.state != .passed && $0.state != .skipped }
    }

    mutating func passGates() {
        guard !facts.cancelRequested, decided == nil else { return }
        while let gate = nextGate, isReached(facts.gates[gate]) {
            guard pass(gate) else { return }
        }
    }

    /// Every machine has come to it, or has nothing more to do; and there is something left to decide about.
    private func isReached(_ gate: DeploymentFacts.GateFacts) -> Bool {
        if let front { return front > gate.index }
        return outcome.state == .succeeded
    }

    /// true: what is after it goes on.
    private mutating func pass(_ index: Int) -> Bool {
        let gate = facts.gates[index]
        let isAutomatic = facts.kind == .automatic
        if gate.state == .refused || gate.state == .timedOut {
            refuse(gate)
            return false
        }
        if isAutomatic, gate.onAutomatic == .skip {
            set(index, .skipped, "the deployment is automatic")
            return true
        }
        switch gate.action {
        case .healthCheck(let includeNew):
            // Machines that do not answer have been seen to already: `settle` looks at all of them every time.
            if includeNew, facts.kind == .rollout {
                actions.append(.includeNew)
                awaitsNewMachines = true
            }
            set(index, .passed, "")
            return !awaitsNewMachines
        case .approval where isAutomatic && gate.onAutomatic == .approve:
            set(index, .passed, "the deployment is automatic")
            return true
        case .approval where gate.state == nil:
            set(index, .waiting, "")
            return false
        case .approval:
            guard gate.isOverdue else { return false }
            set(index, .timedOut, "nobody answered in time")
            refuse(facts.gates[index])
            return false
        }
    }

    private mutating func set(_ index: Int, _ state: GateState, _ reason: String) {
        actions.append(.gate(facts.gates[index].index, state, reason: reason))
        facts.gates[index].state = state
        facts.gates[index].reason = reason
    }

    /// A person said no, or nobody said yes: the runs count as cancelled, so that no need tries again by itself.
    private mutating func refuse(_ gate: DeploymentFacts.GateFacts) {
        let what = gate.state == .timedOut ? "was not approved" : "was refused"
        let reason = "step '\(gate.name)' \(what): \(gate.reason)"
        decided = (.cancelled, reason)
        for run in facts.runs.indices where facts.runs[run].state.isOpen { finish(run, .cancelled, reason) }
    }
}
