package import FleetModel

/// Says why a machine is where it is when no need of it is open; an open need carries its own verdict.
package enum ProjectVerdict {
    package static func conclude(
        desired: NeedFacts.DesiredRelease?,
        actual: ID<Release>?,
        incomplete: ID<Release>?,
        openRun: NeedFacts.OpenRun?,
        isCovered: Bool,
        driftedAt: Instant? = nil,
        isExpired: Bool = false,
        environmentEnds: Bool = false
    ) -> Conclusion {
        if isExpired { return .machineExpired }
        if environmentEnds, openRun == nil { return .environmentTearingDown }
        if let openRun {
            return Conclusion(
                .inFlight,
                "deployment \(openRun.deploymentID) is under way on it",
                deploymentID: openRun.deploymentID
            )
        }
        guard let desired else {
            return Conclusion(.nothingDeployedYet, "no release was ever rolled out to its environment")
        }
        guard desired.hasStepForMachine else {
            return Conclusion(.noApplicableStep, "no step of the release is for its roles")
        }
        if actual == desired.releaseID, incomplete == nil {
            return Conclusion(.upToDate, "its agent proved the release to be on it")
        }
        if let driftedAt {
            let reason =
                "since \(driftedAt) its agent has proven something else than was put there, and no trigger was asked to "
                + "repair it: set repairDrift, or deploy by hand"
            return Conclusion(.drifted, reason)
        }
        return isCovered
            ? Conclusion(
                .noEventYet,
                "a trigger covers it, but no event that fires the trigger has come since"
            )
            : Conclusion(.noTrigger, "no trigger of the project covers it: deploy by hand, or add a trigger")
    }
}
