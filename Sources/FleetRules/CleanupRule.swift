import FleetModel

/// Decides which machines go, in two stages: *expired*, from which a person or the agent itself brings them back, and
/// *purged*, which is deletion. Whatever silences many machines together is more likely a fault of the network than of
/// the machines, so a batch that reaches the limit of its policy, or of the fleet, goes only when a person says so.
package struct CleanupRule: Sendable {
    /// Machines whose silence began within this time of each other went together.
    package static let togetherSeconds = 3600

    package struct Conclusion: Sendable, Equatable {
        package var facts: CleanupFacts
        package var plan: CleanupPlan
        /// The batch that it is part of reaches the limit: once its time comes it is held.
        package var batch: CleanupBatch?
    }

    private let watch: WatchedTime
    private let policies: [Int64: CleanupPolicy]
    private let fleetLimit: CleanupLimit
    private let fleetMachines: Int

    /// - Parameters:
    ///   - fleetLimit: of the policy `default`; it guards small policies that are silenced together.
    ///   - fleetMachines: all machines that are not deleted.
    package init(
        watch: WatchedTime,
        policies: [Int64: CleanupPolicy],
        fleetLimit: CleanupLimit,
        fleetMachines: Int
    ) {
        self.watch = watch
        self.policies = policies
        self.fleetLimit = fleetLimit
        self.fleetMachines = fleetMachines
    }

    /// One conclusion for every machine that is not purged, in the order given.
    package func conclude(_ machines: [CleanupFacts]) -> [Conclusion] {
        let counted = machines.filter { !$0.isAllowed }
        let fleet = Silences(counted)
        let byPolicy = Dictionary(grouping: counted, by: \.policy).mapValues(Silences.init)
        let conclusions: [Conclusion] = machines.compactMap { facts in
            guard !facts.purged, let policy = policies[facts.policy] else { return nil }
            let batch =
                facts.isAllowed ? nil : batch(of: facts, policy, fleet: fleet, own: byPolicy[facts.policy])
            return Conclusion(facts: facts, plan: plan(facts, policy, batch), batch: batch)
        }
        return Self.holdingWholePolicies(conclusions)
    }

    /// While a batch is held, its whole policy is: nobody knows yet what is wrong there.
    private static func holdingWholePolicies(_ conclusions: [Conclusion]) -> [Conclusion] {
        var held: [Int64: CleanupBatch] = [:]
        for conclusion in conclusions {
            if case .held(let batch) = conclusion.plan { held[conclusion.facts.policy] = batch }
        }
        return conclusions.map { conclusion in
            guard let batch = held[conclusion.facts.policy], !conclusion.facts.isAllowed,
                conclusion.plan == .expire || conclusion.plan == .purge
            else { return conclusion }
            var conclusion = conclusion
            conclusion.plan = .held(batch)
            return conclusion
        }
    }

    private func plan(_ facts: CleanupFacts, _ policy: CleanupPolicy, _ batch: CleanupBatch?) -> CleanupPlan {
        guard policy.isOn else { return .off }
        guard facts.enabled else { return .disabled }
        guard let due = due(facts, policy) else { return .wait(until: nil) }
        guard due <= watch.now else { return .wait(until: due) }
        if let batch { return .held(batch) }
        return facts.expiredAt == nil ? .expire : .purge
    }

    private func due(_ facts: CleanupFacts, _ policy: CleanupPolicy) -> Instant? {
        let grace = policy.graceSeconds
        guard let expiredAt = facts.expiredAt else {
            return watch.end(of: policy.deleteAfterSeconds, since: facts.silentSince, grace: grace)
        }
        let end = watch.end(of: policy.purgeAfterSeconds, since: expiredAt, grace: grace)
        return end.map { max($0, facts.retryAt ?? $0) }
    }

    /// The batch that holds it back; nil: none does.
    private func batch(
        of facts: CleanupFacts,
        _ policy: CleanupPolicy,
        fleet: Silences,
        own: Silences?
    ) -> CleanupBatch? {
        func reached(_ scope: CleanupBatch.Scope, _ silences: Silences, _ all: Int, _ limit: CleanupLimit)
            -> CleanupBatch?
        {
            let together = silences.around(facts.silentSince, seconds: Self.togetherSeconds)
            let of = all + together.purged
            guard limit.isReached(by: together.machines, of: of) else { return nil }
            return CleanupBatch(scope: scope, machines: together.machines, of: max(of, together.machines))
        }
        return own.flatMap { reached(.policy, $0, policy.machines, policy.limit) }
            ?? reached(.fleet, fleet, fleetMachines, fleetLimit)
    }
}

/// When machines fell silent, sorted, so that those of a span of time are counted without looking at all of them.
private struct Silences {
    private let all: [Instant]
    private let purged: [Instant]

    init(_ machines: [CleanupFacts]) {
        all = machines.map(\.silentSince).sorted()
        purged = machines.filter(\.purged).map(\.silentSince).sorted()
    }

    func around(_ moment: Instant, seconds: Int) -> (machines: Int, purged: Int) {
        let span = moment.adding(seconds: -seconds)...moment.adding(seconds: seconds)
        return (Self.count(all, span), Self.count(purged, span))
    }

    private static func count(_ moments: [Instant], _ span: ClosedRange<Instant>) -> Int {
        first(in: moments) { $0 > span.upperBound } - first(in: moments) { $0 >= span.lowerBound }
    }

    /// Index of the first that `isPast`, by halving; all after it are past too.
    private static func first(in moments: [Instant], where isPast: (Instant) -> Bool) -> Int {
        var (low, high) = (0, moments.count)
        while low < high {
            let middle = (low + high) / 2
            if isPast(moments[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
