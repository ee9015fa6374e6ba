import FleetModel
import FleetRules
import Postgres

/// The SQL of the event log's partitions.
enum EventPartitionRows {
    struct Found {
        let partition: PartitionRetention.Partition
        let startsAt: Instant?
        let isExported: Bool
        let readBelow: UInt64
    }

    /// Makes room ahead of time; returns how many were missing. A lock that is not had soon is left for the next time.
    static func makeAhead(months: Int, in tx: borrowing Transaction) throws -> Int {
        try tx.run("SET LOCAL lock_timeout = '2s'")
        return try tx.run("SELECT make_event_partitions(\(months)) AS made").first.map { try $0["made"] } ?? 0
    }

    /// Those that are there, oldest first.
    static func list(in tx: borrowing Transaction) throws -> [Found] {
        try tx.run(
            """
            SELECT name, nullif(from_at, '-infinity') AS from_at, to_at, highest_xid, read_below,
                   exported_at IS NOT NULL AS is_exported
            FROM event_partition_status() ORDER BY to_at
            """
        ).map { row in
            Found(
                partition: PartitionRetention.Partition(
                    name: try row["name"],
                    endsAt: try row["to_at"],
                    highestXID: try row["highest_xid"]
                ),
                startsAt: try row["from_at"],
                isExported: try row["is_exported"],
                readBelow: try row["read_below"]
            )
        }
    }

    static func noteExport(of partition: String, to file: String, count: Int64, in tx: borrowing Transaction)
        throws
    {
        try tx.run(
            """
            UPDATE event_partition SET exported_to = \(file), exported_at = now(), exported_events = \(count)
            WHERE name = \(partition)
            """
        )
    }

    /// Returns how many events it held; nil when another node dropped it meanwhile. The function asks again whether
    /// every event was read.
    static func drop(_ partition: String, in tx: borrowing Transaction) throws -> Int64? {
        try tx.run("SET LOCAL lock_timeout = '2s'")
        // It counts what it drops, before it locks.
        try tx.run("SET LOCAL statement_timeout = '10min'")
        let there = try tx.run(
            "SELECT 1 FROM event_partition WHERE name = \(partition) AND dropped_at IS NULL FOR UPDATE"
        )
        guard !there.isEmpty else { return nil }
        return try tx.run("SELECT drop_event_partition(\(partition)) AS events").first.map {
            try $0["events"]
        }
    }
}
