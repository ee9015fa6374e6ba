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
    /// It failed as often as is allowed; a new release, or a person who enables the machine again or changes its
    /// environment or roles, starts again.
    case attemptsExhausted
    /// Somebody cancelled the last run; what starts again after `attemptsExhausted` does so here.
    case runCancelled
    case machineUnavailable
    case machineDisabled
    case machineDeleted
    /// The trigger no longer covers the machine.
    case noLongerApplies
    case triggerDisabled
    /// No step of the release is for the machine's roles.
    case noApplicableStep
    /// It lacks its desired release and no trigger covers it.
    case noTrigger
    /// It lacks its desired release; a trigger covers it, but no event that fires it has come.
    case noEventYet
    /// An event opened a need.
    case needOpened
    /// An event met a need that was open already.
    case needAlreadyOpen
}
