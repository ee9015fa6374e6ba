package import FleetModel

/// Decides what to do about a machine that may lack its desired release.
///
/// It is level-triggered: it looks at how things are, not at which event came, so a repeated or a late look is
/// harmless. The order of the rules is the order in which a person would ask.
package struct NeedPlanner: Sendable {
    package init() {}

    package func plan(_ need: NeedFacts, now: Instant) -> NeedPlan {
        for rule in NeedRule.allCases {
            if let plan = answer(to: rule, about: need, now: now) { return plan }
        }
        // Every rule up to `releaseKnown` let it pass, so there is a release.
        return need.desired.map { .ready(releaseID: $0.releaseID) } ?? nothingDeployedYet
    }

    /// What every rule says by itself, so that a person sees not only the first thing that is in the way. A rule that has
    /// nothing to judge by, because there is no release, lets the need pass.
    package func trace(_ need: NeedFacts, now: Instant) -> [(rule: NeedRule, plan: NeedPlan?)] {
        NeedRule.allCases.map { ($0, answer(to: $0, about: need, now: now)) }
    }

    /// nil: the rule lets the need pass.
    private func answer(to rule: NeedRule, about need: NeedFacts, now: Instant) -> NeedPlan? {
        switch rule {
        case .machineExists: machineExists(need)
        case .triggerCovers: triggerCovers(need)
        case .nothingInFlight: nothingInFlight(need)
        case .rolloutDecided: rolloutDecided(need)
        case .releaseKnown: need.desired == nil ? nothingDeployedYet : nil
        case .stepApplies: stepApplies(need)
        case .lacksRelease: lacksRelease(need)
        case .triggerEnabled:
            need.trigger?.enabled == false ? wait(.triggerDisabled, "its trigger is disabled") : nil
        case .triggerAllowed: triggerAllowed(need)
        case .machineEnabled: need.machine.enabled ? nil : wait(.machineDisabled, "the machine is disabled")
        case .machineAvailable:
            need.machine.health.isAvailable
                ? nil : wait(.machineUnavailable, "the machine is \(need.machine.health.rawValue)")
        case .inPromotionOrder: inPromotionOrder(need)
        case .notFrozen: need.obstacles.freeze.map(frozen)
        case .circuitClosed: need.obstacles.circuit.map { circuitOpen($0, need) }
        case .notQuarantined:
            need.obstacles.quarantine.map { .wait(quarantined(after: $0.attempts, need), until: nil) }
        case .retryDue: retryDue(need, now: now)
        case .predecessorsDone: need.obstacles.predecessors.first.map(waitForProject)
        }
    }

    private var nothingDeployedYet: NeedPlan {
        wait(.nothingDeployedYet, "no release was ever rolled out to its environment")
    }

    private func machineExists(_ need: NeedFacts) -> NeedPlan? {
        if need.machine.deleted {
            return .close(.withdrawn, Conclusion(.machineDeleted, "the machine was deleted"))
        }
        if need.machine.expired { return .close(.withdrawn, .machineExpired) }
        return need.machine.environmentEnds ? .close(.withdrawn, .environmentTearingDown) : nil
    }

    private func triggerCovers(_ need: NeedFacts) -> NeedPlan? {
        guard need.trigger?.covers(need.machine) != true else { return nil }
        let reason = "no trigger covers its environment and roles any more"
        return .close(.withdrawn, Conclusion(.noLongerApplies, reason))
    }

    private func triggerAllowed(_ need: NeedFacts) -> NeedPlan? {
        need.trigger?.refusals[need.machine.environmentID].map {
            wait(.triggerNotAllowed, "its trigger may not deploy there: \($0)")
        }
    }

    private func nothingInFlight(_ need: NeedFacts) -> NeedPlan? {
        need.openRun.map { run in
            let reason = "deployment \(run.deploymentID) is under way on it"
            return .wait(Conclusion(.inFlight, reason, deploymentID: run.deploymentID), until: nil)
        }
    }

    private func rolloutDecided(_ need: NeedFacts) -> NeedPlan? {
        guard let rollout = need.openRollout, rollout.releaseID != need.desired?.releaseID,
            need.desired?.source.isPin != true
        else { return nil }
        let conclusion = Conclusion(
            .rolloutInProgress,
            "deployment \(rollout.deploymentID) is rolling out another release to its environment; "
                + "the outcome decides which one it gets",
            deploymentID: rollout.deploymentID,
            releaseID: rollout.releaseID
        )
        return .wait(conclusion, until: nil)
    }

    private func stepApplies(_ need: NeedFacts) -> NeedPlan? {
        guard let desired = need.desired, !desired.hasStepForMachine else { return nil }
        let reason = "no step of release \(desired.releaseID) is for its roles"
        return .close(.notApplicable, Conclusion(.noApplicableStep, reason, releaseID: desired.releaseID))
    }

    /// A release counts as there when the agent proved it whole, and the last run since the need was opened did
    /// not end otherwise: a redeployment that failed is not done because the old copy is still whole.
    private func lacksRelease(_ need: NeedFacts) -> NeedPlan? {
        guard let releaseID = need.desired?.releaseID else { return nil }
        let lastRunStands = need.lastRun.map { $0.state == .succeeded || $0.releaseID != releaseID } ?? true
        guard isThere(releaseID, need), !need.redeploy, lastRunStands else { return nil }
        if need.desired?.source == .fallback { return fellBack(to: releaseID) }
        let reason = "its agent proved the release to be on it"
        return .close(.satisfied, Conclusion(.upToDate, reason, releaseID: releaseID))
    }

    /// It has the last good release while its environment's fails elsewhere: it waits on for the environment's.
    private func fellBack(to release: ID<Release>) -> NeedPlan {
        let reason =
            "it has the last good release, because the environment's failed on too many machines; "
            + "a new release, or closing the circuit, starts again"
        return .wait(Conclusion(.circuitOpen, reason, releaseID: release), until: nil)
    }

    /// A person who pins a release says that it is to be there.
    private func inPromotionOrder(_ need: NeedFacts) -> NeedPlan? {
        guard need.desired?.source.isPin != true else { return nil }
        return need.obstacles.promotion.map { wait(.outOfPromotionOrder, $0.reason) }
    }

    private func frozen(_ freeze: NeedObstacles.Freeze) -> NeedPlan {
        let reason = "freeze '\(freeze.name)' covers its environment until \(freeze.until)"
        return .wait(Conclusion(.environmentFrozen, reason), until: freeze.until)
    }

    private func circuitOpen(_ circuit: NeedObstacles.Circuit, _ need: NeedFacts) -> NeedPlan {
        let reason =
            "the release failed on \(circuit.failed) of \(circuit.tried) machines of its environment; "
            + "a new release, or closing the circuit, starts again"
        return .wait(Conclusion(.circuitOpen, reason, releaseID: need.desired?.releaseID), until: nil)
    }

    private func quarantined(after attempts: Int, _ need: NeedFacts) -> Conclusion {
        let reason =
            "\(attempts) run\(attempts == 1 ? "" : "s") of the release did not put it there; "
            + "a new release, or releasing the quarantine, starts again"
        return Conclusion(.quarantined, reason, releaseID: need.desired?.releaseID)
    }

    private func waitForProject(_ predecessor: NeedObstacles.Predecessor) -> NeedPlan {
        wait(.waitingForProject, "project \(predecessor.name) comes first: \(predecessor.reason)")
    }

    /// Whether the machine waits after a run that did not put the release there.
    private func retryDue(_ need: NeedFacts, now: Instant) -> NeedPlan? {
        guard let desired = need.desired?.releaseID, need.attempts > 0, let last = need.lastRun,
            last.state != .skipped, !(last.state == .succeeded && (need.redeploy || isThere(desired, need)))
        else { return nil }
        let retry = need.trigger?.retry ?? Trigger.Retry()
        if last.state == .cancelled && last.releaseID == desired {
            let reason =
                "its last run was cancelled; a new release, or enabling the machine again, starts again"
            return .wait(Conclusion(.runCancelled, reason, releaseID: desired), until: nil)
        }
        if need.attempts >= retry.attempts {
            return .giveUp(quarantined(after: need.attempts, need), attempts: need.attempts)
        }
        let next = retry.nextAttempt(after: need.attempts, endedAt: last.finishedAt)
        guard now < next else { return nil }
        let reason =
            "attempt \(need.attempts) of \(retry.attempts) did not put it there, its last run ended as "
            + "\(last.state.rawValue); next at \(next)"
        return .wait(Conclusion(.retryLater, reason, releaseID: desired), until: next)
    }

    private func isThere(_ release: ID<Release>, _ need: NeedFacts) -> Bool {
        need.actualReleaseID == release && need.incompleteReleaseID == nil
    }

    private func wait(_ verdict: Verdict, _ reason: String) -> NeedPlan {
        .wait(Conclusion(verdict, reason), until: nil)
    }
}
