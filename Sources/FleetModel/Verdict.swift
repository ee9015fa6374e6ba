/// Why a machine is, or is not, being given a release: the stable reason codes of `docs/reason-codes.md`.
package enum Verdict: String, Codable, Sendable, CaseIterable {
    /// The need was just opened and not looked at yet.
    case new
    /// The machine proved to have its desired release.
    case upToDate
    /// A deployment was created for it.
    case deploying
    /// A run for it is under way.
    case inFlight
    /// Another release is being rolled out to the environment: the outcome decides.
    case rolloutInProgress
    /// Nothing was ever rolled out to the environment.
    case nothingDeployedYet
    /// It waits for others, to be deployed to together.
    case batching
    /// The last run failed; the next attempt has its time.
    case retryLater
    /// Somebody cancelled the last run; a new release, or a person who enables the machine again or changes its
    /// environment or roles, starts again.
    case runCancelled
    case machineUnavailable
    case machineDisabled
    case machineDeleted
    /// The trigger no longer covers the machine.
    case noLongerApplies
    case triggerDisabled
    /// Whoever the trigger acts as may not deploy the project to the environment.
    case triggerNotAllowed
    /// No step of the release is for the machine's roles.
    case noApplicableStep
    /// It lacks its desired release and no trigger covers it.
    case noTrigger
    /// It lacks its desired release; a trigger covers it, but no event that fires it has come.
    case noEventYet
    /// A deployment freeze covers the environment.
    case environmentFrozen
    /// The environment is not, or not yet, in the project's promotion order for the release.
    case outOfPromotionOrder
    /// The release failed on too many machines of the environment.
    case circuitOpen
    /// The release failed on this machine as often as is allowed: the pair is left alone.
    case quarantined
    /// A project that comes before this one on the machine is not there yet.
    case waitingForProject
    /// The first machine of the batch must succeed before the rest is deployed to.
    case waitingForCanary
    /// The policy expired the machine; it is deleted when the time to take it back is over.
    case machineExpired
    /// The ephemeral environment is being torn down.
    case environmentTearingDown
    /// The agent proved something else than what was recorded, and no trigger repairs that.
    case drifted
    /// An event opened a need.
    case needOpened
    /// An event met a need that was open already.
    case needAlreadyOpen
}
