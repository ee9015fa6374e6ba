package import FleetModel

/// What is concluded about one need.
package enum NeedPlan: Sendable, Equatable {
    /// The need ends.
    case close(NeedOutcome, Conclusion)
    /// Nothing is done now; look again at `until`, or when something about it changes.
    case wait(Conclusion, until: Instant?)
    /// Every attempt is used up: quarantine the pair of machine and release. The conclusion is what a look at the
    /// quarantined pair says.
    case giveUp(Conclusion, attempts: Int)
    /// Deploy the release to the machine, together with others of the same `Batch`.
    case ready(releaseID: ID<Release>)
}

/// How a need ends.
package enum NeedOutcome: String, Sendable {
    case satisfied, withdrawn, notApplicable
}

/// A verdict with its words and what it refers to.
package struct Conclusion: Sendable, Equatable {
    package var verdict: Verdict
    package var reason: String
    package var deploymentID: ID<Deployment>?
    package var releaseID: ID<Release>?

    package init(
        _ verdict: Verdict,
        _ reason: String,
        deploymentID: ID<Deployment>? = nil,
        releaseID: ID<Release>? = nil
    ) {
        self.verdict = verdict
        self.reason = reason
        self.deploymentID = deploymentID
        self.releaseID = releaseID
    }
}

extension Conclusion {
    static let machineExpired = Conclusion(
        .machineExpired,
        "its policy expired it; it is deleted unless it comes back or is restored"
    )
    static let environmentTearingDown = Conclusion(
        .environmentTearingDown,
        "its environment is being torn down"
    )
}
