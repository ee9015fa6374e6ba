package import FleetModel
package import Postgres

/// Reads who is in the cluster, who leads, and how far the scan is.
package enum ClusterRows {
    package static func status(in tx: borrowing Transaction) throws -> ClusterStatus {
        ClusterStatus(
            nodes: try nodes(in: tx),
            leader: try leader(in: tx),
            scan: try scan(in: tx),
            leaseHistory: try history(limit: 20, in: tx),
            cleanupHolds: try CleanupRows.holds(in: tx)
        )
    }

    static func nodes(in tx: borrowing Transaction) throws -> [ClusterStatus.Node] {
        try tx.run(
            """
            SELECT c.node, c.version, c.address, c.state, c.started_at, c.seen_at, c.drained_at, c.drained_by
            FROM cluster_status c ORDER BY c.node LIMIT \(Limits.pageSize)
            """
        ).map { row in
            ClusterStatus.Node(
                name: try row["node"],
                version: try row["version"],
                address: try row["address"],
                state: try row["state"],
                startedAt: try row["started_at"],
                seenAt: try row["seen_at"],
                drainedAt: try row["drained_at"],
                drainedBy: try row["drained_by"]
            )
        }
    }

    /// The leader as the lease row has it; nil when nobody leads, as far as the row knows.
    package static func leader(in tx: borrowing Transaction) throws -> ClusterStatus.Leader? {
        try tx.run(
            """
            SELECT node, term, timeline, acquired_at, renewed_at FROM lease
            WHERE name = 'scanner' AND node IS NOT NULL AND resigned_at IS NULL
            """
        ).first.map { row in
            ClusterStatus.Leader(
                node: try row["node"],
                term: try row["term"],
                timeline: try row["timeline"],
                acquiredAt: try row["acquired_at"],
                renewedAt: try row["renewed_at"]
            )
        }
    }

    private static func scan(in tx: borrowing Transaction) throws -> ClusterStatus.Scan {
        let row = try tx.run(
            """
            SELECT s.mark, s.advanced_at, s.events_read, s.events_waiting,
                   (SELECT count(*) FROM need WHERE closed_at IS NULL) AS open_needs
            FROM scan_status s WHERE s.name = 'auto'
            """
        ).first
        guard let row else { throw StoreError.notFound(what: "mark", which: "auto") }
        return ClusterStatus.Scan(
            mark: try row["mark"],
            lastCompletedAt: try row["advanced_at"],
            eventsRead: try row["events_read"],
            eventsWaiting: try row["events_waiting"],
            openNeeds: try row["open_needs"]
        )
    }

    private static func history(limit: Int, in tx: borrowing Transaction) throws -> [ClusterStatus.Tenure] {
        try tx.run(
            """
            SELECT term, node, acquired_at, ended_at, end_reason FROM lease_history
            ORDER BY acquired_at DESC LIMIT \(limit)
            """
        ).map { row in
            ClusterStatus.Tenure(
                term: try row["term"],
                node: try row["node"],
                acquiredAt: try row["acquired_at"],
                endedAt: try row["ended_at"],
                endReason: try row["end_reason"]
            )
        }
    }
}

extension Store {
    package func clusterStatus() async throws -> ClusterStatus {
        try await read { tx in try ClusterRows.status(in: tx) }
    }
}
