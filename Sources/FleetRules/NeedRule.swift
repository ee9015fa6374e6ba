/// The questions that the planner asks about a need, in the order in which a person would ask them. The first one that has
/// an answer other than "go on" decides.
package enum NeedRule: String, Sendable, CaseIterable {
    case machineExists
    case triggerCovers
    case nothingInFlight
    case rolloutDecided
    case releaseKnown
    case stepApplies
    case lacksRelease
    case triggerEnabled
    case triggerAllowed
    case machineEnabled
    case machineAvailable
    case inPromotionOrder
    case notFrozen
    case circuitClosed
    case notQuarantined
    case retryDue
    case predecessorsDone

    /// What it means that the rule lets the need pass.
    package var meaning: String {
        switch self {
        case .machineExists: "the machine is part of the fleet, and its environment stays"
        case .triggerCovers: "a trigger covers its environment and roles"
        case .nothingInFlight: "no run of the project is open on it"
        case .rolloutDecided: "no rollout is under way that decides what it gets"
        case .releaseKnown: "it is known which release it should have"
        case .stepApplies: "a step of the release is for its roles"
        case .lacksRelease: "it does not have the release"
        case .triggerEnabled: "its trigger is enabled"
        case .triggerAllowed: "whoever its trigger acts as may deploy the project there"
        case .machineEnabled: "the machine is enabled"
        case .machineAvailable: "the machine is available"
        case .inPromotionOrder: "the release has come as far as its environment"
        case .notFrozen: "no freeze covers its environment"
        case .circuitClosed: "the release does not fail on too many machines there"
        case .notQuarantined: "the release was not given up on this machine"
        case .retryDue: "the time of the next attempt has come"
        case .predecessorsDone: "the projects that come first are on it"
        }
    }
}
