import FleetModel

/// The cluster as people see it: who leads, how far the scan is, who is there.
enum ClusterView {
    static func lines(_ status: ClusterStatus, now: Instant, width: Int?, palette: Palette) -> [String] {
        let ago = { (instant: Instant) in RelativeTime.describe(instant, now: now) }
        var lines = sheet(status, ago: ago).lines(width: width, palette: palette)
        lines += [""] + nodes(ago: ago).lines(of: status.nodes, width: width, palette: palette)
        guard !status.leaseHistory.isEmpty else { return lines }
        return lines + [""] + tenures(ago: ago).lines(of: status.leaseHistory, width: width, palette: palette)
    }

    private static func sheet(_ status: ClusterStatus, ago: (Instant) -> String) -> FactSheet {
        let leader = status.leader.map { leader in
            Cell("\(leader.node), term \(leader.term), since \(ago(leader.acquiredAt))", .strong)
        }
        let scan = status.scan
        return FactSheet(
            [
                ("leader", leader ?? Cell("none: nothing is decided until a node takes the lease", .bad)),
                ("renewed", Cell(status.leader.map { ago($0.renewedAt) })),
                ("last scan", Cell(ago(scan.lastCompletedAt))),
                ("events", Cell("\(scan.eventsRead) read, \(scan.eventsWaiting) waiting")),
                ("open needs", Cell(String(scan.openNeeds))),
                ("mark", Cell(scan.mark, .faint)),
            ] + drains(status) + holds(status.cleanupHolds ?? [])
        )
    }

    private static func drains(_ status: ClusterStatus) -> [(String, Cell)] {
        let all = Cell("every node: no balancer sends requests anywhere, and nobody leads", .bad)
        return (status.allAreDrained ? [("drained", all)] : [])
            + status.nodes.compactMap { node in
                node.drainedBy.map { ("drained", Cell("\(node.name), by \($0)")) }
            }
    }

    private static func holds(_ holds: [CleanupHold]) -> [(String, Cell)] {
        holds.map { hold in
            let whose = hold.scope == "policy" ? "its" : "the fleet's"
            let text =
                "policy \(hold.policy): \(hold.machines) of \(whose) \(hold.of) machines fell silent together"
            return ("cleanup held", Cell(text, .bad))
        }
    }

    private static func nodes(ago: @escaping (Instant) -> String) -> Table<ClusterStatus.Node> {
        Table(columns: [
            Column("NODE") { Cell($0.name, .strong) },
            Column("STATE") { .state($0.state) },
            Column("VERSION") { Cell($0.version) },
            Column("ADDRESS", fit: .shrinks(to: 12)) { Cell($0.address) },
            Column("STARTED") { Cell(ago($0.startedAt)) },
            Column("SEEN") { Cell(ago($0.seenAt)) },
        ])
    }

    private static func tenures(ago: @escaping (Instant) -> String) -> Table<ClusterStatus.Tenure> {
        Table(columns: [
            Column("TERM", alignsRight: true) { Cell(String($0.term)) },
            Column("LED BY") { Cell($0.node) },
            Column("FROM") { Cell(ago($0.acquiredAt)) },
            Column("UNTIL") { Cell($0.endedAt.map(ago) ?? "still") },
            Column("ENDED BECAUSE", fit: .wraps) { Cell($0.endReason) },
        ])
    }
}
