package import FleetModel
import FleetRules
package import Postgres

/// Expires machines that stay away, and says which expired ones are to be deleted now. The leader does it with every
/// sweep.
package struct Cleanup: Sendable {
    /// How long an agent may be silent, where its policy does not say.
    package var silenceSeconds: Int
    /// How many machines are expired at a time.
    package var limit: Int
    /// How many are deleted at a time, each in a transaction of its own.
    package var purgeLimit: Int

    package init(silenceSeconds: Int, limit: Int = 500, purgeLimit: Int = 50) {
        self.silenceSeconds = silenceSeconds
        self.limit = limit
        self.purgeLimit = purgeLimit
    }

    /// Returns machines to delete with `Store.purge`.
    package func run(in tx: borrowing Transaction, _ changes: inout Changes) throws -> [ID<Machine>] {
        let view = try CleanupView(silenceSeconds: silenceSeconds, in: tx)
        let conclusions = view.policies.values.contains(where: \.rule.isOn) ? try view.conclude(in: tx) : []
        try hold(conclusions, view, in: tx, &changes)
        let expiring = conclusions.filter { $0.plan == .expire }.prefix(limit)
        let expired = try expire(Array(expiring), view, in: tx, &changes)
        let purging = conclusions.filter { $0.plan == .purge }.map(\.facts.machine)
        return Array((purging + expired).prefix(purgeLimit))
    }

    private func hold(
        _ conclusions: [CleanupRule.Conclusion],
        _ view: CleanupView,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        var batches: [Int64: CleanupBatch] = [:]
        for conclusion in conclusions {
            if case .held(let batch) = conclusion.plan { batches[conclusion.facts.policy] = batch }
        }
        let sorted = batches.sorted { $0.key < $1.key }.map { (policy: $0.key, batch: $0.value) }
        for id in try CleanupRows.hold(sorted, in: tx) {
            guard let policy = view.policies[id], let batch = batches[id] else { continue }
            changes.post(.cleanup(.held(policy: policy.name, batch)))
        }
    }

    /// Returns those whose policy leaves no time to take them back.
    private func expire(
        _ conclusions: [CleanupRule.Conclusion],
        _ view: CleanupView,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> [ID<Machine>] {
        guard !conclusions.isEmpty else { return [] }
        let policies = Dictionary(
            uniqueKeysWithValues: conclusions.map { ($0.facts.machine, $0.facts.policy) }
        )
        var atOnce: [ID<Machine>] = []
        for machine in try CleanupRows.expire(conclusions.map(\.facts.machine), in: tx) {
            guard let policy = policies[machine.id].flatMap({ view.policies[$0] }) else { continue }
            let reason = "policy \(policy.name) expired machine \(machine.name)"
            try NeedRows.withdraw(machine: machine.id, as: .machineExpired, because: reason, in: tx)
            let event = CleanupEvent.expired(
                EventSubject(machine: machine.id, environment: machine.environment),
                name: machine.name,
                policy: policy.name,
                deleteAfterSeconds: policy.rule.deleteAfterSeconds,
                purgeAfterSeconds: policy.rule.purgeAfterSeconds
            )
            changes.post(.cleanup(event))
            if policy.rule.purgeAfterSeconds == 0 { atOnce.append(machine.id) }
        }
        return atOnce
    }
}

/// Policies, machines and time as the rule of cleanup sees them, for the sweep and for a preview.
struct CleanupView {
    let policies: [Int64: CleanupRows.Policy]
    let watch: WatchedTime

    init(silenceSeconds: Int, in tx: borrowing Transaction) throws {
        let all = try CleanupRows.policies(silenceSeconds: silenceSeconds, in: tx)
        policies = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
        watch = try PresenceRows.watchedTime(in: tx)
    }

    /// `asIfOn` concludes about this policy as if it cleaned up.
    func conclude(asIfOn: Int64? = nil, in tx: borrowing Transaction) throws -> [CleanupRule.Conclusion] {
        let machines = try CleanupRows.machines(in: tx)
        var rules = policies.mapValues(\.rule)
        if let asIfOn { rules[asIfOn]?.isOn = true }
        let fleet = rules.values.reduce(0) { $0 + $1.machines }
        let standard = policies.values.first { $0.name == "default" }
        let rule = CleanupRule(
            watch: watch,
            policies: rules,
            fleetLimit: standard?.rule.limit ?? CleanupLimit(sharePercent: 30, count: 3),
            fleetMachines: fleet
        )
        let conclusions = rule.conclude(machines)
        guard machines.count == CleanupRows.most else { return conclusions }
        // Not all of them were read, so nobody can say how many went together.
        let batch = CleanupBatch(scope: .fleet, machines: machines.count, of: max(fleet, machines.count))
        return conclusions.map { conclusion in
            guard conclusion.plan == .expire || conclusion.plan == .purge else { return conclusion }
            var conclusion = conclusion
            conclusion.plan = .held(batch)
            return conclusion
        }
    }
}
