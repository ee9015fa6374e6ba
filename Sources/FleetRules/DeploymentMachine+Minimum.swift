import FleetModel

/// The share of a rollout's machines that must be neither failed nor left out.
extension DeploymentMachine {
    /// Stops a rollout that has fallen below it: what has not begun does not begin, what runs comes to its end.
    mutating func stopBelowMinimum() {
        guard !facts.cancelRequested, let shortfall else { return }
        decided = (.failed, shortfall)
        for run in facts.runs.indices
        where facts.runs[run].state.isOpen && !facts.runs[run].steps.contains(where: { $0.state == .running })
        {
            finish(run, .cancelled, "stopped: \(shortfall)")
        }
    }

    /// Why the rollout stops; nil: it does not. It never comes back above: what failed or was left out stays so.
    ///
    /// A machine that was left out because a person disabled it, because it is no more, or because its policy says that
    /// it may be offline is not counted at all.
    private var shortfall: String? {
        guard facts.kind == .rollout, let minimum = facts.settings.minimumHealthy else { return nil }
        let counted = facts.runs.filter { run in
            guard run.state == .skipped else { return true }
            return !run.mayBeOffline && run.absence != .disabled && run.absence != .deleted
        }
        let lost = counted.count { [.failed, .unknown, .skipped].contains($0.state) }
        guard lost > 0, (counted.count - lost) * 100 < minimum * counted.count else { return nil }
        return "\(lost) of \(counted.count) machines failed or were left out: "
            + "fewer than \(minimum) % of them would be healthy"
    }
}
