/// A named set of categories, so that a trigger can say "becomes available" instead of listing them.
package enum EventGroup: String, Codable, Sendable, CaseIterable {
    case machine = "Machine"
    case machineCritical = "MachineCritical"
    case machineHealthChanged = "MachineHealthChanged"
    case machineAvailableForDeployment = "MachineAvailableForDeployment"
    case machineUnavailableForDeployment = "MachineUnavailableForDeployment"

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
        }
    }
}
