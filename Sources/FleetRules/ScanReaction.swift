package import FleetModel

/// What a scan does about events whatever triggers there are. Whoever asks for the kind of an event asks one of these, so that a page
/// brings all that is asked for: `ScanInterest` is made of them.
package enum ScanReaction: CaseIterable, Sendable {
    /// A release that failed in an environment is judged: `FailingRelease`.
    case judgeRelease
    /// A machine on which a run by hand ended badly is owed a whole release: `RepairRows`.
    case repairRun
    /// A trigger is made, or changed, and may want drift repaired that was there before: `DriftRows`.
    case matchDrifted
    /// A machine has drifted: `TriggerFacts.repairs`.
    case repairDrift
    /// Machines are to have another release because of a pin: `PinRows`.
    case redirect
    /// The open needs of a project may be decided otherwise: `NeedRows.touch`.
    case lookAgain

    package var categories: Set<EventCategory> {
        switch self {
        case .judgeRelease: [.runFailed]
        case .repairRun: [.runFailed, .runSkipped]
        case .matchDrifted: [.triggerCreated, .triggerModified]
        case .repairDrift: [.machineDriftDetected]
        case .redirect: [.pinCreated, .pinEnded]
        case .lookAgain:
            [
                .deploymentSucceeded, .deploymentFailed, .deploymentCancelled, .triggerCreated,
                .triggerModified,
                .triggerDeleted, .projectModified, .circuitClosed, .environmentReleaseChanged,
            ]
        }
    }

    package func isDue(to category: EventCategory) -> Bool { categories.contains(category) }
}
