import FleetModel
import FleetStore
import HTTPAPI
import Hummingbird

/// The nodes, the leader, how far the scan is, and who led before; where a node is drained and taken back.
struct ClusterPage: Sendable {
    let web: WebContext

    private struct View {
        let frame: Frame
        let leader: LeaderView?
        let scan: ScanView
        let nodes: [NodeLine]
        let mayDrain: Bool
        let allAreDrained: Bool
        let tenures: [TenureLine]
    }

    private struct LeaderView {
        let node: String
        let term: Int64
        let since: Moment
        let renewed: Moment
    }

    private struct ScanView {
        let badge: Badge
        let mark: String
        let last: Moment
        let read: Int64
        let waiting: Int64
        let needs: Int64
    }

    private struct NodeLine {
        let name: String
        let badge: Badge
        let leads: Bool
        let isThis: Bool
        let version: String
        let address: String
        let started: Moment
        let seen: Moment
        let drained: Drained?
        let ownHref: String
    }

    private struct Drained {
        let actor: String
        let at: Moment
    }

    private struct TenureLine {
        let term: Int64
        let node: String
        let from: Moment
        let to: Moment?
        let lasted: String?
        let reason: String?
    }

    @Sendable func show(_ request: PageRequest) async throws -> Response {
        let status = try await web.api.store.clusterStatus()
        let now = request.now
        return try web.templates.page(
            "cluster",
            View(
                frame: Frame("Cluster", request, web),
                leader: status.leader.map {
                    LeaderView(
                        node: $0.node,
                        term: $0.term,
                        since: Moment($0.acquiredAt, now: now),
                        renewed: Moment($0.renewedAt, now: now)
                    )
                },
                scan: ScanView(
                    badge: lag(status.scan, now: now),
                    mark: status.scan.mark,
                    last: Moment(status.scan.lastCompletedAt, now: now),
                    read: status.scan.eventsRead,
                    waiting: status.scan.eventsWaiting,
                    needs: status.scan.openNeeds
                ),
                nodes: status.nodes.map { line($0, leader: status.leader?.node, now: now) },
                mayDrain: request.principal.may(.administer, at: .everywhere),
                allAreDrained: status.allAreDrained,
                tenures: status.leaseHistory.map { tenure in
                    TenureLine(
                        term: tenure.term,
                        node: tenure.node,
                        from: Moment(tenure.acquiredAt, now: now),
                        to: tenure.endedAt.map { Moment($0, now: now) },
                        lasted: Moment.span(from: tenure.acquiredAt, to: tenure.endedAt, now: now),
                        reason: tenure.endReason
                    )
                }
            )
        )
    }

    /// Scans come every 15 seconds unless set otherwise; a minute without one is a sign that nobody leads.
    private func lag(_ scan: ClusterStatus.Scan, now: Instant) -> Badge {
        let seconds = Int(now.seconds(since: scan.lastCompletedAt))
        if seconds > 60 { return Badge("no scan for \(RelativeTime.span(seconds))", .bad) }
        if scan.eventsWaiting > 0 { return Badge("\(scan.eventsWaiting) events wait", .busy) }
        return Badge("nothing waits", .good)
    }

    /// What a node says of itself comes a moment after what was said to it, and no event tells of it.
    private func badge(_ node: ClusterStatus.Node) -> Badge {
        switch (node.state, node.drainedAt != nil) {
        case ("ready", true): Badge("draining", .warning)
        case ("drained", false): Badge("coming back", .faint)
        case ("ready", false): Badge("ready", .good)
        case ("drained", true), ("draining", _): Badge(node.state, .warning)
        case ("gone", _): Badge("gone", .bad)
        default: Badge(node.state, .faint)
        }
    }

    private func line(_ node: ClusterStatus.Node, leader: String?, now: Instant) -> NodeLine {
        NodeLine(
            name: node.name,
            badge: badge(node),
            leads: node.name == leader,
            isThis: node.name == web.api.store.node,
            version: node.version,
            address: node.address,
            started: Moment(node.startedAt, now: now),
            seen: Moment(node.seenAt, now: now),
            drained: node.drainedAt.map { Drained(actor: node.drainedBy ?? "", at: Moment($0, now: now)) },
            ownHref: Link.node(node.name)
        )
    }

    @Sendable func drain(_ request: PageRequest) async throws -> Response {
        try await setDrained(true, request)
    }

    @Sendable func undrain(_ request: PageRequest) async throws -> Response {
        try await setDrained(false, request)
    }

    private func setDrained(_ isDrained: Bool, _ request: PageRequest) async throws -> Response {
        let name = try request.context.parameter("node")
        _ = try await web.api.store.unitOfWork(by: request.principal) { tx, changes in
            try NodeCommands.setDrained(isDrained, name, in: tx, &changes)
        }
        return .seeOther("/cluster")
    }
}
