package import FleetModel
import FleetRules
package import Postgres

/// Says what cleanup would do, by asking the rule that does it.
package enum CleanupPreviewRows {
    /// - Parameters:
    ///   - hours: machines whose time comes later than that are left out.
    ///   - silenceSeconds: how long an agent may be silent, where its policy does not say.
    ///   - seen: machines that are not in sight count for the rule, and are not told of.
    package static func preview(
        policy name: String,
        hours: Int,
        silenceSeconds: Int,
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> CleanupPreview {
        let id = try CleanupCommands.policyID(name, in: tx)
        let view = try CleanupView(silenceSeconds: silenceSeconds, in: tx)
        guard let policy = view.policies[id] else {
            throw StoreError.notFound(what: "machine policy", which: name)
        }
        let horizon = view.watch.now.adding(seconds: hours * 3600)
        let due = try view.conclude(asIfOn: id, in: tx).filter { conclusion in
            guard conclusion.facts.policy == id else { return false }
            if case .wait(let until?) = conclusion.plan { return until <= horizon }
            return true
        }
        let names = try names(of: due.map(\.facts.machine), seen: seen, in: tx)
        let all = due.filter { names[$0.facts.machine] != nil }.sorted {
            ($0.rank, $0.at, $0.facts.machine) < ($1.rank, $1.at, $1.facts.machine)
        }
        let shown = all.prefix(Limits.pageSize)
        return CleanupPreview(
            policy: name,
            deleteUnavailable: policy.rule.isOn,
            deleteAfterSeconds: policy.rule.deleteAfterSeconds,
            purgeAfterSeconds: policy.rule.purgeAfterSeconds,
            guardSharePercent: policy.rule.limit.sharePercent,
            guardCount: policy.rule.limit.count,
            hold: try CleanupRows.holds(in: tx).first { $0.policy == name },
            machines: policy.rule.machines,
            unavailable: shown.map { $0.item(name: names[$0.facts.machine] ?? "\($0.facts.machine)") },
            truncated: all.count > shown.count
        )
    }

    private static func names(
        of machines: [ID<Machine>],
        seen: Seen,
        in tx: borrowing Transaction
    ) throws -> [ID<Machine>: String] {
        let rows = try tx.run(
            """
            SELECT id, name FROM machine
            WHERE id = ANY (\(machines)::bigint[]) AND in_sight(\(seen.environments)::bigint[], environment_id)
            """
        )
        return try Dictionary(uniqueKeysWithValues: rows.map { (try $0["id"], try $0["name"]) })
    }
}

extension CleanupRule.Conclusion {
    /// Those that go now come first.
    fileprivate var rank: Int {
        switch plan {
        case .purge: 0
        case .expire: 1
        case .held: 2
        case .wait: 3
        case .disabled, .off: 4
        }
    }

    fileprivate var at: Instant {
        if case .wait(let until?) = plan { until } else { facts.silentSince }
    }

    fileprivate func item(name: String) -> CleanupPreview.Item {
        let (plan, at, reason) = inWords
        return CleanupPreview.Item(
            machine: name,
            machineID: facts.machine,
            unavailableSince: facts.silentSince,
            expiredAt: facts.expiredAt,
            plan: plan,
            at: at,
            reason: reason
        )
    }

    private var inWords: (plan: String, at: Instant?, reason: String) {
        let stage = facts.expiredAt == nil ? "expired" : "deleted"
        switch plan {
        case .off: return ("off", nil, "its policy does not clean up")
        case .disabled: return ("disabled", nil, "it is disabled: a person has it in hand")
        case .expire: return ("expire", nil, "it has been unavailable for as long as its policy allows")
        case .purge: return ("purge", nil, "it expired, and the time to take it back is over")
        case .held(let batch): return ("held", nil, Self.held(batch))
        case .wait(nil): return ("wait", nil, "no node has listened of late, so nobody's silence counts")
        case .wait(let until?):
            let then = batch.map { "; but " + Self.held($0) } ?? ""
            return ("wait", until, "it is \(stage) then, unless it comes back\(then)")
        }
    }

    private static func held(_ batch: CleanupBatch) -> String {
        let whose = batch.scope == .policy ? "its policy's" : "the fleet's"
        return
            "\(batch.machines) of \(whose) \(batch.of) machines fell silent together: a person has to allow it"
    }
}
