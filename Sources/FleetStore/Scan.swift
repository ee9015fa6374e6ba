package import FleetModel
import FleetRules
package import Postgres

/// One page of a scan: reads new events, opens needs, decides about those that are due, puts into the outbox what
/// webhooks tell of, and moves the mark. All of it happens in the one transaction it is given, so it happens once or not
/// at all.
package struct Scan: Sendable {
    package let fence: Fence
    package let node: String
    package let limits: ScanLimits

    package init(fence: Fence, node: String, limits: ScanLimits = ScanLimits()) {
        self.fence = fence
        self.node = node
        self.limits = limits
    }

    /// What a page did.
    package struct Outcome: Sendable, Equatable {
        package var events = 0
        package var needsLookedAt = 0
        package var deployments: [ID<Deployment>] = []
        /// Deployments that have to stop giving out a release whose circuit opened: to be moved on after the commit.
        package var halted: [ID<Deployment>] = []
        /// The batch is read to its end and no need is left that is due: nothing to do before the next tick.
        package var isComplete = false
        /// Seconds until a need is due; nil: none waits for a time.
        package var secondsUntilDue: Double?
        /// A release may go on by itself, which the sweep sees to.
        package var promotionIsDue = false
    }

    package func page(in tx: borrowing Transaction, _ changes: inout Changes) throws -> Outcome {
        let fenceHolds = try LeaseRows.askCheck(fence, in: tx)
        let failing = try FailingRelease.askOfDueNeeds(limit: limits.needs, in: tx)
        let asked = (
            triggers: try FactsRows.askTriggers(in: tx), mark: try MarkRows.askLock(in: tx),
            outbox: try WebhookOutbox.ask(in: tx)
        )
        try fenceHolds.value(in: tx)
        var outcome = Outcome()
        var batchIsDone = true
        var suspects = Set(try failing.value(in: tx))
        let triggers = try asked.triggers.value(in: tx)
        if let mark = try asked.mark.value(in: tx) {
            let outbox = try asked.outbox.value(in: tx)
            let page = try MarkRows.page(
                mark,
                limit: outbox.pageLimit(limits.events),
                interest: outbox.interest(beside: triggers),
                in: tx
            )
            try openNeeds(for: page.events, triggers: triggers, in: tx, &changes)
            try outbox.fill(page.events, in: tx)
            suspects.formUnion(page.events.compactMap(FailingRelease.init(event:)))
            try MarkRows.advance(past: page, fence: fence, node: node, in: tx)
            outcome.events = page.count
            batchIsDone = page.isLast
        }
        outcome.halted = try CircuitBreaker.judge(suspects, in: tx, &changes)
        let due = try NeedRows.lockDue(limit: limits.needs, in: tx)
        outcome.needsLookedAt = due.ids.count
        if !due.ids.isEmpty {
            outcome.deployments = try reconcile(due.ids, triggers: triggers, in: tx, &changes)
        }
        // Where somebody holds the places of all that is due, going on at once would find the same.
        outcome.isComplete = batchIsDone && (due.count < limits.needs || due.ids.isEmpty)
        if outcome.isComplete { try LeaseRows.noteScan(fence, in: tx) }
        let next = outcome.isComplete ? try NextDue.ask(in: tx) : nil
        try LeaseRows.renew(fence, in: tx)
        if let next = try next?.value(in: tx) {
            outcome.secondsUntilDue = next.secondsUntilNeed
            outcome.promotionIsDue = next.promotionIsDue
        }
        return outcome
    }

    private func reconcile(
        _ due: [Int64],
        triggers: [TriggerFacts],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Deployment>] {
        var needs = try NeedRows.loadWithoutObstacles(due, triggers: triggers, in: tx)
        let subjects = needs.map { NeedObstacleRows.Subject($0.facts) }
        let obstacles = try NeedObstacleRows.ask(subjects, in: tx)
        let unwanted = try QuarantineRelease.askOfOtherReleases(subjects, in: tx)
        let now = try DatabaseClock.ask(in: tx)
        for (index, found) in try obstacles.value(in: tx).enumerated() {
            needs[index].facts.obstacles = found
        }
        try QuarantineRelease.byID(
            try unwanted.value(in: tx),
            because: "the machine is to have another release",
            in: tx,
            &changes
        )
        return try Reconciliation(fence: fence, node: node)
            .reconcile(needs, now: try now.value(in: tx), in: tx, &changes)
    }

    private func openNeeds(
        for events: [MarkRows.PageEvent],
        triggers: [TriggerFacts],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        guard !events.isEmpty else { return }
        let known = events.compactMap { event in
            EventCategory(rawValue: event.category).map { (category: $0, event: event) }
        }
        let scanned = known.compactMap { category, event in
            event.machineID.map {
                ScannedEvent(
                    id: event.id,
                    category: category,
                    machineID: $0,
                    projectID: event.projectID
                )
            }
        }
        let balance = EventBalance(scanned)
        let askedMachines = try FactsRows.askMachines(balance.machines.map(\.machineID), in: tx)
        let unserved = try RepairRows.askUnserved(events, in: tx).value(in: tx)
        let machines = try askedMachines.value(in: tx)
        let owed = try FactsRows.machines(unserved.map(\.machineID), in: tx)
        let changed = known.filter { ScanReaction.matchDrifted.isDue(to: $0.category) }
        let matches =
            TriggerMatcher.matches(balance, machines: machines, triggers: triggers)
            + (try DriftRows.matches(
                for: changed.compactMap { change in
                    change.event.projectID.map { (id: change.event.id, project: $0) }
                },
                triggers: triggers,
                in: tx
            ))
            + RepairMatcher.matches(unserved, machines: owed, triggers: triggers)
        let pinned = known.filter { ScanReaction.redirect.isDue(to: $0.category) }
        let redirected = try PinRows.redirections(of: pinned.map(\.event.id), in: tx)
            .compactMap { $0.match(triggers: triggers) }
        let new = try DecisionRows.insertMatches(matches + redirected, fence: fence, node: node, in: tx)
        try NeedRows.open(new, in: tx)
        try QuarantineRelease.ofTouched(new.filter(\.startsAgain), in: tx, &changes)
        let projects = known.filter { ScanReaction.lookAgain.isDue(to: $0.category) }.compactMap(
            \.event.projectID
        )
        try NeedRows.touch(machines: Array(machines.keys), projects: Array(Set(projects)), in: tx)
        try PredecessorRows.touchWaiting(for: Array(Set(known.compactMap(\.event.projectID))), in: tx)
    }
}

/// How much a page takes on, so that its transaction stays far below the lease's time limits.
package struct ScanLimits: Sendable {
    package var events: Int
    package var needs: Int

    package init(events: Int = 2000, needs: Int = 500) {
        self.events = events
        self.needs = needs
    }
}
