internal import FleetModel

/// What the agent can prove of one project, as a value: `state.json`. Every change can be applied twice, since a
/// crash may come between writing it here and writing the result to the journal.
struct ProjectState: Codable, Sendable, Equatable {
    /// The run of a deployment on this machine that is under way or was last.
    struct Run: Codable, Sendable, Equatable {
        var deploymentID: ID<Deployment>
        var releaseID: ID<Release>
        /// What was here before it.
        var before: ReleasePair
        /// A script of it was started, or a package of it stays: going back to `before` would be a guess.
        var isTouched: Bool
        /// The package step that switched `current` in this run.
        var package: String?
    }

    var proven = ReleasePair()
    var run: Run?
    /// The release folder that was current before the present one.
    var previousFolder: String?
    /// The release folder that the last package step left `current` at; nil: no package was installed, or by an agent
    /// that did not write it down.
    var installedFolder: String?

    /// A step is about to start: until the last one succeeds the release is incomplete.
    mutating func begin(_ assignment: AgentV1.Assignment) {
        if run?.deploymentID != assignment.deploymentID {
            run = Run(
                deploymentID: assignment.deploymentID,
                releaseID: assignment.releaseID,
                before: proven,
                // A run whose first steps are not known here (state lost): something of it was done.
                isTouched: !assignment.isFirst
            )
        }
        proven.incompleteReleaseID = assignment.releaseID
        if case .script = assignment.step.action { run?.isTouched = true }
    }

    mutating func succeeded(_ assignment: AgentV1.Assignment) {
        run?.isTouched = true
        guard assignment.isLast else { return }
        proven = ReleasePair(releaseID: assignment.releaseID, incompleteReleaseID: nil)
    }

    /// A package step failed and left nothing: `current` is what it was (B3), so if nothing else of the run was done
    /// the machine has, whole, what it had. After a script of the same run the release stays incomplete: a script
    /// cannot be undone, and what is not proven is not claimed.
    mutating func withdrew(_ assignment: AgentV1.Assignment) {
        guard let run, run.deploymentID == assignment.deploymentID, !run.isTouched else { return }
        proven = run.before
    }

    /// What can be claimed when `current` is found to name `found`. Where somebody has pointed it elsewhere nothing is
    /// proven: what else was done to the machine is not known. While a run is under way `current` is the run's matter.
    func inventoryItem(project: String, currentFolder found: String?) -> AgentV1.InventoryItem {
        if let installedFolder, installedFolder != found, proven.incompleteReleaseID == nil {
            return AgentV1.InventoryItem(project: project, releaseID: nil, incompleteReleaseID: nil)
        }
        return AgentV1.InventoryItem(
            project: project,
            releaseID: proven.releaseID,
            incompleteReleaseID: proven.incompleteReleaseID
        )
    }
}
