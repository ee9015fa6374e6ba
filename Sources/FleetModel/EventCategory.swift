/// What kind of thing happened. The machine categories keep the names that users of such systems know.
package enum EventCategory: String, Codable, Sendable, CaseIterable {
    case machineAdded = "MachineAdded"
    case machineDeleted = "MachineDeleted"
    case machineEnabled = "MachineEnabled"
    case machineDisabled = "MachineDisabled"
    case machineHealthy = "MachineHealthy"
    case machineHasWarnings = "MachineHasWarnings"
    case machineUnhealthy = "MachineUnhealthy"
    case machineUnavailable = "MachineUnavailable"
    case machineDeploymentRelatedPropertyWasUpdated = "MachineDeploymentRelatedPropertyWasUpdated"
    case machineCleanupFailed = "MachineCleanupFailed"
    case machineIdentityDuplicated = "MachineIdentityDuplicated"
    case machineDriftDetected = "MachineDriftDetected"

    case environmentCreated = "EnvironmentCreated"
    case environmentModified = "EnvironmentModified"
    case projectCreated = "ProjectCreated"
    case projectModified = "ProjectModified"
    case triggerCreated = "TriggerCreated"
    case triggerModified = "TriggerModified"
    case triggerDeleted = "TriggerDeleted"
    case packagePushed = "PackagePushed"
    case releaseCreated = "ReleaseCreated"

    case deploymentCreated = "DeploymentCreated"
    case deploymentSucceeded = "DeploymentSucceeded"
    case deploymentFailed = "DeploymentFailed"
    case deploymentCancelled = "DeploymentCancelled"
    case deploymentCancelRequested = "DeploymentCancelRequested"
    case runFailed = "RunFailed"
    case runSkipped = "RunSkipped"
    case stepOutcomeUnknown = "StepOutcomeUnknown"

    case tokenCreated = "TokenCreated"
    case tokenRevoked = "TokenRevoked"
    case keyCreated = "KeyCreated"
    case keyRevoked = "KeyRevoked"
    case accessRefused = "AccessRefused"

    case nodeStarted = "NodeStarted"
    case nodeStopped = "NodeStopped"
    case leaseAcquired = "LeaseAcquired"
    case leaseResigned = "LeaseResigned"
    case leaseHolderTerminated = "LeaseHolderTerminated"
    case markRebased = "MarkRebased"
}

extension EventCategory {
    /// The categories that a trigger may name: they say something of a machine. An event that a deployment itself
    /// raises is not among them, so no trigger can feed itself.
    package static let firingTriggers = allCases.filter {
        EventGroup.machine.categories.contains($0) || $0 == .machineDriftDetected
    }
}
