/// A named set of categories, so that a trigger can say "becomes available", and a webhook
/// "needs attention", instead of listing them.
package enum EventGroup: String, Codable, Sendable, CaseIterable {
    case machine = "Machine"
    case machineCritical = "MachineCritical"
    case machineHealthChanged = "MachineHealthChanged"
    case machineAvailableForDeployment = "MachineAvailableForDeployment"
    case machineUnavailableForDeployment = "MachineUnavailableForDeployment"
    case deployment = "Deployment"
    /// What somebody should look at.
    case needsAttention = "NeedsAttention"
    /// Whatever there is, and whatever a newer node adds.
    case all = "All"

    package var categories: Set<EventCategory> {
        switch self {
        case .machine:
            [
                .machineAdded, .machineDeleted, .machineEnabled, .machineDisabled, .machineHealthy,
                .machineHasWarnings, .machineUnhealthy, .machineUnavailable,
                .machineDeploymentRelatedPropertyWasUpdated, .machineCleanupFailed,
            ]
        case .machineCritical: [.machineCleanupFailed, .machineUnavailable]
        case .machineHealthChanged:
            [.machineHealthy, .machineUnavailable, .machineUnhealthy, .machineHasWarnings]
        case .machineAvailableForDeployment: [.machineEnabled, .machineHealthy, .machineHasWarnings]
        case .machineUnavailableForDeployment:
            [.machineDisabled, .machineUnavailable, .machineUnhealthy, .machineDeleted]
        case .deployment:
            [
                .deploymentCreated, .deploymentSucceeded, .deploymentFailed, .deploymentCancelled,
                .deploymentCancelRequested, .deploymentMarked, .approvalRequested, .approvalGiven,
                .approvalRefused, .runFailed, .runSkipped, .stepOutcomeUnknown,
            ]
        case .needsAttention:
            [
                .circuitOpened, .deploymentFailed, .stepOutcomeUnknown, .approvalRequested,
                .machineQuarantined,
                .machineCleanupFailed, .machineCleanupHeld, .machineIdentityDuplicated,
                .environmentTeardownFailed, .webhookFailing, .webhookDisabled, .markRebased,
            ]
        case .all: Set(EventCategory.allCases)
        }
    }

    /// The groups that a trigger may name: those that say something of a machine.
    package static let firingTriggers: [EventGroup] = [
        .machine, .machineCritical, .machineHealthChanged, .machineAvailableForDeployment,
        .machineUnavailableForDeployment,
    ]
}
