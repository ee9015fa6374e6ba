package import FleetModel

/// The run of a deployment that a person asked for, which did not put the release on its machine.
package struct UnservedRun: Sendable, Equatable {
    package var eventID: ID<Event>
    package var machineID: ID<Machine>
    package var projectID: ID<Project>
    package var kind: DeploymentKind
    package var state: RunState
    package var isExcused: Bool
    /// The machine has neither the old release nor the new one whole.
    package var isIncomplete: Bool

    package init(
        eventID: ID<Event>,
        machineID: ID<Machine>,
        projectID: ID<Project>,
        kind: DeploymentKind,
        state: RunState,
        isExcused: Bool,
        isIncomplete: Bool
    ) {
        self.eventID = eventID
        self.machineID = machineID
        self.projectID = projectID
        self.kind = kind
        self.state = state
        self.isExcused = isExcused
        self.isIncomplete = isIncomplete
    }

    /// Whether the machine is owed a release. One that a failed run left whole is not: what is on it is what a person
    /// or a trigger put there. One that a rollout left out or lost is, since the rollout was for it too.
    package var leavesNeed: Bool {
        switch state {
        case .failed, .unknown: isIncomplete || (isExcused && kind == .rollout)
        case .skipped: kind == .rollout
        case .pending, .running, .succeeded, .cancelled: false
        }
    }
}

/// Finds the machines that a deployment by hand left without a whole release, and the triggers that see to them: no
/// event of the machine's own may ever come.
package enum RepairMatcher {
    /// At most one match for each run. A machine that is not in `machines`, or that no enabled trigger covers, has none.
    package static func matches(
        _ runs: [UnservedRun],
        machines: [ID<Machine>: MachineFacts],
        triggers: [TriggerFacts]
    ) -> [TriggerMatch] {
        runs.compactMap { run in
            guard run.leavesNeed, let machine = machines[run.machineID], !machine.deleted else { return nil }
            let serving = TriggerFacts.serving(
                machine,
                project: run.projectID,
                openedBy: nil,
                among: triggers
            )
            guard let trigger = serving, trigger.enabled else { return nil }
            return TriggerMatch(
                eventID: run.eventID,
                triggerID: trigger.id,
                projectID: run.projectID,
                machineID: run.machineID,
                redeploy: false,
                startsAgain: false
            )
        }
    }
}
