import FleetModel
import FleetRules

/// What nodes do, step by step, as the product's own `ElectorState`, `ScanState` and `LeaderSchedule` say.
extension SimulatedCluster {
    mutating func act(_ node: Int) {
        guard !nodes[node].isSilent else { return }
        guard let step = nodes[node].step else {
            guard !nodes[node].isDrained else { return }
            nodes[node].session = nextSession
            nextSession += 1
            continues(node, .sessionOpened)
            return
        }
        guard let session = nodes[node].session else {
            // The variant without a fence has its page on another session, and has not noticed.
            if !variant.isFenced, nodes[node].tenure?.page != nil { commitPage(of: node) }
            return fail(node)
        }
        switch step {
        case .ask:
            if lockHolder == session { violations.append("a node asked for the lock that it holds") }
            let won = lockHolder == nil
            if won { lockHolder = session }
            let silence = lease.flatMap { $0.isResigned ? nil : now.seconds(since: $0.renewedAt) }
            continues(node, .answered(won: won, silenceSeconds: silence))
        case .challenge(let limit):
            endHolder(silentForSeconds: limit)
            continues(node, .challenged)
        case .wait: continues(node, .waited)
        case .lead: lead(node, on: session)
        case .leave:
            endSession(of: node)
            nodes[node].step = nil
        }
    }

    private mutating func continues(_ node: Int, _ event: ElectorState.Event) {
        let step = nodes[node].elector.next(event, isDrained: nodes[node].isDrained)
        if nodes[node].isDrained, step != .leave { violations.append("a drained node goes on to \(step)") }
        nodes[node].step = step
    }

    /// Only the session that the row names: a winner that has not begun its tenure is not meant.
    private mutating func endHolder(silentForSeconds limit: Double) {
        guard let lease, lease.session == lockHolder, now.seconds(since: lease.renewedAt) > limit,
            let holder = nodes.firstIndex(where: { $0.session == lease.session })
        else { return }
        endSession(of: holder)
    }

    private mutating func fail(_ node: Int) {
        endSession(of: node)
        _ = nodes[node].elector.failed()
        nodes[node].step = nil
        nodes[node].tenure = nil
    }

    private mutating func lead(_ node: Int, on session: Int) {
        guard let tenure = nodes[node].tenure else { return beginTenure(of: node, on: session) }
        if tenure.page != nil {
            return random.chance(10) ? holdUp(node, on: session) : commitPage(of: node)
        }
        guard !nodes[node].isDrained else { return resign(node) }
        guard mayCommit(tenure.term, on: session) else { return fail(node) }
        if tenure.isScanning, tenure.scan.next == .page {
            nodes[node].tenure?.page = log.page(limit: random.number(1...4))
        } else if tenure.isScanning {
            nodes[node].tenure?.scan.ticked(opened: log.tick())
        } else {
            goOn(node, tenure)
        }
    }

    /// Between scans: up to the next one, or until it sleeps.
    private mutating func goOn(_ node: Int, _ tenure: Tenure) {
        var tenure = tenure
        let time = tenure.time(at: now)
        if let end = tenure.restsUntil {
            guard tenure.isWoken || now >= end else { return }
            if tenure.isWoken { tenure.schedule.wake(now: time) }
            tenure.isWoken = false
            tenure.restsUntil = nil
        }
        while !tenure.isScanning, tenure.restsUntil == nil {
            switch tenure.schedule.next(now: time) {
            case .scan:
                tenure.scan = ScanState()
                tenure.scan.ticked(opened: log.tick())
                tenure.isScanning = true
            case .signOfLife: lease?.renewedAt = now
            case .sweep:
                tenure.schedule.swept(now: time)
                tenure.sweptAt = now
                tenure.promotionIsDue = false
            case .rest(let duration): tenure.restsUntil = now.adding(duration)
            }
        }
        nodes[node].tenure = tenure
    }

    /// Somebody's transaction holds what the page needs: it is undone, and the scan comes again.
    private mutating func holdUp(_ node: Int, on session: Int) {
        guard var tenure = nodes[node].tenure, mayCommit(tenure.term, on: session) else { return fail(node) }
        tenure.page = nil
        tenure.isScanning = false
        tenure.schedule.heldUp(now: tenure.time(at: now))
        tenure.heldUpAt = now
        nodes[node].tenure = tenure
    }

    private mutating func beginTenure(of node: Int, on session: Int) {
        term += 1
        if let last = tenures.last, last >= term { violations.append("term \(term) came after \(last)") }
        tenures.append(term)
        nodes[node].tenure = Tenure(term: term, began: now, sweptAt: now)
        lease = Lease(session: session, renewedAt: now)
    }

    /// In good order: the page in hand is finished, or was not begun.
    mutating func resign(_ node: Int) {
        guard !nodes[node].isSilent, let session = nodes[node].session, let tenure = nodes[node].tenure,
            tenure.page == nil, mayCommit(tenure.term, on: session)
        else { return }
        lease?.isResigned = true
        lockHolder = nil
        nodes[node].tenure = nil
        continues(node, .resigned)
    }

    private func mayCommit(_ tenure: Int, on session: Int) -> Bool { lockHolder == session && term == tenure }

    private mutating func commitPage(of node: Int) {
        guard let tenure = nodes[node].tenure, let page = tenure.page else { return }
        nodes[node].tenure?.page = nil
        let holds = nodes[node].session.map { mayCommit(tenure.term, on: $0) } ?? false
        guard holds || !variant.isFenced else { return fail(node) }
        openNeeds(for: page.rows)
        log.advance(past: page)
        if holds { lease?.renewedAt = now }
        nodes[node].tenure?.scan.committed(isComplete: page.isLast)
        for index in machines.indices where needs[index] != nil { look(at: index) }
        if nodes[node].tenure?.scan.next == .rest { completeScan(of: node) }
    }

    private mutating func completeScan(of node: Int) {
        guard var tenure = nodes[node].tenure else { return }
        let time = tenure.time(at: now)
        let due = needs.values.compactMap(\.until).min().map { $0.seconds(since: now) }
        tenure.schedule.scanned(secondsUntilDue: due, now: time)
        tenure.isScanning = false
        tenure.heldUpAt = nil
        if random.chance(10) {
            tenure.promotionIsDue = true
            tenure.schedule.sweepAtOnce(now: time)
        }
        nodes[node].tenure = tenure
    }
}

extension SimulatedCluster.Tenure {
    func time(at now: Instant) -> Duration { .microseconds(now.microseconds - began.microseconds) }
}

extension Instant {
    func adding(_ duration: Duration) -> Instant {
        Instant(microseconds: microseconds + Int64(duration / .microseconds(1)))
    }
}
