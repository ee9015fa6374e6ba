package import FleetModel

/// Decides what to do about a machine that may lack its desired release.
///
/// It is level-triggered: it looks at how things are, not at which event came, so a repeated or a late look is
/// harmless. The order of the rules is the order in which a person would ask.
package struct NeedPlanner: Sendable {
    package var retry: RetryPolicy

    package init(retry: RetryPolicy = RetryPolicy()) {
        self.retry = retry
    }

    package func plan(_ need: NeedFacts, now: Instant) -> NeedPlan {
        if let end = withdrawal(need) { return end }
        if let run = need.openRun {
            let conclusion = Conclusion(
                .inFlight,
                "deployment \(run.deploymentID) is under way on it",
                deploymentID: run.deploymentID
            )
            return .wait(conclusion, until: nil)
        }
        if let rollout = need.openRollout, rollout.releaseID != need.desired?.releaseID {
            return waitForOutcome(of: rollout)
        }
        guard let desired = need.desired else {
            return wait(.nothingDeployedYet, "no release was ever rolled out to its environment")
        }
        guard desired.hasStepForMachine else {
            let reason = "no step of release \(desired.releaseID) is for its roles"
            return .close(
                .notApplicable,
                Conclusion(.noApplicableStep, reason, releaseID: desired.releaseID)
            )
        }
        if isSatisfied(need, by: desired.releaseID) {
            return .close(
                .satisfied,
                Conclusion(
                    .upToDate,
                    "its agent proved the release to be on it",
                    releaseID: desired.releaseID
                )
            )
        }
        return obstacle(need, desired: desired.releaseID, now: now) ?? .ready(releaseID: desired.releaseID)
    }

    private func withdrawal(_ need: NeedFacts) -> NeedPlan? {
        if need.machine.deleted {
            return .close(.withdrawn, Conclusion(.machineDeleted, "the machine was deleted"))
        }
        guard let trigger = need.trigger, trigger.covers(need.machine) else {
            return .close(
                .withdrawn,
                Conclusion(.noLongerApplies, "no trigger covers its environment and roles any more")
            )
        }
        return nil
    }

    private func waitForOutcome(of rollout: NeedFacts.OpenRollout) -> NeedPlan {
        let conclusion = Conclusion(
            .rolloutInProgress,
            "deployment \(rollout.deploymentID) is rolling out another release to its environment; "
                + "the outcome decides which one it gets",
            deploymentID: rollout.deploymentID,
            releaseID: rollout.releaseID
        )
        return .wait(conclusion, until: nil)
    }

    /// A release counts as there when the agent proved it whole, and the last run since the need was opened did
    /// not end otherwise: a redeployment that failed is not done because the old copy is still whole.
    private func isSatisfied(_ need: NeedFacts, by releaseID: ID<Release>) -> Bool {
        let lastRunStands = need.lastRun.map { $0.state == .succeeded || $0.releaseID != releaseID } ?? true
        return need.actualReleaseID == releaseID && need.incompleteReleaseID == nil && !need.redeploy
            && lastRunStands
    }

    /// What stands between this one machine and its release.
    private func obstacle(_ need: NeedFacts, desired: ID<Release>, now: Instant) -> NeedPlan? {
        if need.trigger?.enabled == false { return wait(.triggerDisabled, "its trigger is disabled") }
        if !need.machine.enabled { return wait(.machineDisabled, "the machine is disabled") }
        if !need.machine.health.isAvailable {
            return wait(.machineUnavailable, "the machine is \(need.machine.health.rawValue)")
        }
        guard need.attempts > 0, let last = need.lastRun, last.state != .skipped else { return nil }
        if last.state == .succeeded && need.redeploy { return nil }
        return retry(last, attempts: need.attempts, desired: desired, now: now)
    }

    /// Whether the machine waits after a run that did not put the release there.
    private func retry(
        _ last: NeedFacts.LastRun,
        attempts: Int,
        desired: ID<Release>,
        now: Instant
    ) -> NeedPlan? {
        let again = "a new release, or enabling the machine again, starts again"
        if last.state == .cancelled && last.releaseID == desired {
            let reason = "its last run was cancelled; \(again)"
            return .wait(Conclusion(.runCancelled, reason, releaseID: desired), until: nil)
        }
        if attempts >= retry.attempts {
            let reason = "\(attempts) runs of release \(desired) did not put it there; \(again)"
            return .wait(Conclusion(.attemptsExhausted, reason, releaseID: desired), until: nil)
        }
        let next = retry.nextAttempt(after: attempts, endedAt: last.finishedAt)
        guard now < next else { return nil }
        let reason =
            "attempt \(attempts) of \(retry.attempts) did not put it there, its last run ended as "
            + "\(last.state.rawValue); next at \(next)"
        return .wait(Conclusion(.retryLater, reason, releaseID: desired), until: next)
    }

    private func wait(_ verdict: Verdict, _ reason: String) -> NeedPlan {
        .wait(Conclusion(verdict, reason), until: nil)
    }
}
