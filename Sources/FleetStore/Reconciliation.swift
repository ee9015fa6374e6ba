import FleetModel
import FleetRules
import Postgres

/// Carries out what the planner says about needs: closes them, lets them wait, or deploys.
struct Reconciliation {
    let fence: Fence
    let node: String
    let planner = NeedPlanner()

    private struct Waiting {
        let need: NeedRows.DueNeed
        let conclusion: Conclusion
        let until: Instant?
    }

    /// Returns the deployments it created.
    func reconcile(
        _ needs: [NeedRows.DueNeed],
        now: Instant,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Deployment>] {
        var closing: [(NeedRows.DueNeed, NeedOutcome, Conclusion)] = []
        var waiting: [Waiting] = []
        var givenUp: [QuarantineRows.GivenUp] = []
        var ready: [BatchPlanner.Key: [NeedRows.DueNeed]] = [:]
        for need in needs {
            switch planner.plan(need.facts, now: now) {
            case .close(let outcome, let conclusion): closing.append((need, outcome, conclusion))
            case .wait(let conclusion, let until):
                waiting.append(Waiting(need: need, conclusion: conclusion, until: until))
            case .giveUp(let conclusion, let attempts):
                waiting.append(Waiting(need: need, conclusion: conclusion, until: nil))
                if let release = conclusion.releaseID {
                    givenUp.append(need.givenUp(release, after: attempts))
                }
            case .ready(let release):
                guard let trigger = need.facts.trigger else { continue }
                let key = BatchPlanner.Key(
                    triggerID: trigger.id,
                    projectID: need.facts.projectID,
                    environmentID: need.facts.machine.environmentID,
                    releaseID: release,
                    isRetry: need.facts.attempts > 0
                )
                ready[key, default: []].append(need)
            }
        }
        var deployed: [(NeedRows.DueNeed, Conclusion)] = []
        for (key, candidates) in ready.sorted(by: { $0.key.comesBefore($1.key) }) {
            let batches = try split(candidates, key: key, now: now, in: tx)
            waiting += batches.waiting
            for batch in batches.deployments {
                deployed += try deploy(batch, key: key, in: tx, &changes)
            }
        }
        try TriggerRefusalRows.note(needs.map(\.facts), in: tx, &changes)
        try QuarantineRows.insert(givenUp, in: tx, &changes)
        try NeedPlanRows.close(closing.map { ($0.0.facts.needID, $0.1, $0.2) }, in: tx)
        try NeedPlanRows.wait(waiting.map { ($0.need.facts.needID, $0.conclusion, $0.until) }, in: tx)
        try NeedPlanRows.deployed(deployed.map { ($0.0.facts.needID, $0.1) }, in: tx)
        try PredecessorRows.touchWaiting(on: closing.map(\.0.facts.machine.id), in: tx)
        let plans = closing.map { ($0.0, $0.2) } + waiting.map { ($0.need, $0.conclusion) } + deployed
        try DecisionRows.insertPlans(
            plans.filter { isNews($0.1, about: $0.0) }.map { .init(need: $0.0, conclusion: $0.1) },
            fence: fence,
            node: node,
            in: tx
        )
        return Array(Set(deployed.compactMap(\.1.deploymentID))).sorted()
    }

    /// A look that finds what the last one found is not worth a row.
    private func isNews(_ conclusion: Conclusion, about need: NeedRows.DueNeed) -> Bool {
        conclusion.verdict == .deploying || conclusion.verdict.rawValue != need.verdict
            || conclusion.reason != need.reason
    }

    private struct Batches {
        var deployments: [[NeedRows.DueNeed]]
        var waiting: [Waiting]
    }

    /// Splits those that are ready for one release as their trigger says.
    private func split(
        _ candidates: [NeedRows.DueNeed],
        key: BatchPlanner.Key,
        now: Instant,
        in tx: borrowing Transaction
    ) throws -> Batches {
        let settings = candidates.first?.facts.trigger?.batch ?? Trigger.Batch()
        let since = candidates.map(\.facts.openedAt).min() ?? now
        // Those that were created a moment ago in this transaction are among them: a machine that is tried again does not
        // go beside a first one.
        let canary =
            settings.canary > 0 ? try CanaryRows.load(key, since: since, in: tx) : BatchPlanner.Canary()
        let outcome = BatchPlanner.plan(
            candidates.map { BatchPlanner.Candidate(needID: $0.facts.needID, openedAt: $0.facts.openedAt) },
            settings: settings,
            canary: canary,
            retry: candidates.first?.facts.trigger?.retry ?? Trigger.Retry(),
            now: now
        )
        let byID = Dictionary(uniqueKeysWithValues: candidates.map { ($0.facts.needID, $0) })
        let conclusion = Conclusion(
            .batching,
            "it is deployed to together with others that arrive, at \(outcome.until?.description ?? "once")",
            releaseID: key.releaseID
        )
        let held = Self.waitsForCanary(canary, until: outcome.heldUntil, release: key.releaseID)
        return Batches(
            deployments: outcome.deployments.map { $0.compactMap { byID[$0] } },
            waiting: outcome.waiting.compactMap { byID[$0] }
                .map { Waiting(need: $0, conclusion: conclusion, until: outcome.until) }
                + outcome.held.compactMap { byID[$0] }
                .map { Waiting(need: $0, conclusion: held, until: outcome.heldUntil) }
        )
    }

    private static func waitsForCanary(
        _ canary: BatchPlanner.Canary,
        until: Instant?,
        release: ID<Release>
    ) -> Conclusion {
        let reason =
            until.map { next in
                "the release failed on \(canary.failed) machine\(canary.failed == 1 ? "" : "s") that went first; "
                    + "the next one is tried at \(next)"
            } ?? "the first of its batch must succeed before the rest is deployed to, and is under way"
        return Conclusion(.waitingForCanary, reason, releaseID: release)
    }

    private func deploy(
        _ needs: [NeedRows.DueNeed],
        key: BatchPlanner.Key,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [(NeedRows.DueNeed, Conclusion)] {
        let id = try DeploymentCreation.create(
            DeploymentCreation.Order(
                project: key.projectID,
                release: key.releaseID,
                environment: key.environmentID,
                kind: .automatic,
                trigger: key.triggerID,
                machines: needs.map { .init(machine: $0.facts.machine.id, need: $0.facts.needID) }
            ),
            by: "trigger:\(key.triggerID)",
            in: tx,
            &changes
        )
        return needs.map { need in
            let conclusion = Conclusion(
                .deploying,
                "deployment \(id) was created for it",
                deploymentID: id,
                releaseID: key.releaseID
            )
            return (need, conclusion)
        }
    }
}

extension NeedRows.DueNeed {
    fileprivate func givenUp(_ release: ID<Release>, after attempts: Int) -> QuarantineRows.GivenUp {
        .init(machine: facts.machine.id, project: facts.projectID, release: release, attempts: attempts)
    }
}

extension BatchPlanner.Key {
    /// Machines that are new come before those that failed, so that one that keeps failing holds nobody up.
    fileprivate func comesBefore(_ other: Self) -> Bool {
        (triggerID, isRetry ? 1 : 0) < (other.triggerID, other.isRetry ? 1 : 0)
    }
}
