import FleetModel
import FleetRules

/// Forty seconds in which nothing is wrong but that hints get lost and transactions hold up scans: then times can be asked for, which
/// the leader keeps if it does what is due when it is due, and sleeps no longer.
extension SimulatedCluster {
    private static let longestSweepPause = 5.0
    private static let pauseWhenHeldUp = 0.25
    /// A need that is due is not looked at sooner.
    private static let shortestPause = 0.01

    mutating func calm() {
        let leader = nodes.indices.first { nodes[$0].session != nil && nodes[$0].session == lockHolder }
        guard let leader, nodes[leader].tenure != nil else {
            return violations.append("nobody leads although nothing is wrong")
        }
        let (began, term) = (now, term)
        while now.seconds(since: began) < 40, violations.isEmpty {
            lead(by: leader)
            for node in nodes.indices where node != leader { act(node) }
            guard term == self.term, lockHolder == nodes[leader].session, let tenure = nodes[leader].tenure
            else { return violations.append("the leader lost the lease although nothing was wrong") }
            check(tenure, since: began)
            let rest = tenure.restsUntil.map { Int($0.microseconds - now.microseconds) } ?? 0
            now = Instant(microseconds: now.microseconds + Int64(min(rest, random.number(0...2_000_000))))
            switch random.number(0...7) {
            case 0, 1: change(random.number(0...machines.count - 1))
            case 2, 3: endTransaction()
            case 4: agentReports(random.number(0...machines.count - 1), succeeds: random.chance(70))
            default: break
            }
        }
    }

    /// Until it sleeps.
    private mutating func lead(by leader: Int) {
        for _ in 0..<200 {
            act(leader)
            guard let tenure = nodes[leader].tenure else { return }
            if let end = tenure.restsUntil, now < end, !tenure.isWoken { return }
        }
        violations.append("the leader does not come to rest")
    }

    /// The leader has done what it takes for due, and sleeps.
    private mutating func check(_ tenure: Tenure, since began: Instant) {
        let silence = lease.map { now.seconds(since: $0.renewedAt) } ?? 0
        if .seconds(silence) > Self.heartbeat {
            violations.append("the leader gave no sign of life for \(silence) s")
        }
        if now.seconds(since: tenure.sweptAt) > Self.longestSweepPause || tenure.promotionIsDue {
            violations.append("the last sweep was \(now.seconds(since: tenure.sweptAt)) s ago")
        }
        if let heldUpAt = tenure.heldUpAt {
            if now.seconds(since: heldUpAt) > Self.pauseWhenHeldUp {
                violations.append("a scan that was held up did not come again")
            }
            return
        }
        for event in unread {
            let since = max(event.since, began)
            let limit = event.isTold && event.since > began ? .zero : Self.scanInterval
            if .seconds(now.seconds(since: since)) > limit {
                violations.append("event \(event.id) was not read in time")
            }
        }
        for (index, need) in needs {
            if let until = need.until, now.seconds(since: max(until, began)) > Self.shortestPause {
                violations.append("the need of machine \(index + 1) was not looked at in time")
            }
        }
    }
}
