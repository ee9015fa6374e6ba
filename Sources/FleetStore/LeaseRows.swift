import FleetModel
import FleetRules
package import Postgres

/// The SQL of `lease` and `lease_history`, and of the advisory lock that decides.
package enum LeaseRows {
    /// A try to win, as the server answered it.
    package struct Attempt: Sendable {
        package let won: Bool
        /// How long the holder has given no sign of life; nil when nobody holds it.
        package let silenceSeconds: Double?
    }

    /// Asks for the lock once. A blocking wait would hold back vacuum, and can hand the lock to a frozen process.
    /// Ask only while not holding it: such locks stack. Read nothing else in this statement: its snapshot is older
    /// than the lock.
    package static func attempt() -> SQL {
        """
        SELECT pg_try_advisory_lock(hashtext('tidemark.lease'), hashtext(current_schema())) AS won,
               (SELECT extract(epoch FROM clock_timestamp() - renewed_at)::float8 FROM lease
                WHERE name = 'scanner' AND node IS NOT NULL AND resigned_at IS NULL) AS silence
        """
    }

    package static func attempt(from row: Row) throws -> Attempt {
        Attempt(won: try row["won"], silenceSeconds: try row["silence"])
    }

    /// Starts a tenure: a higher term, and a row of history; the previous tenure is closed if it still stood open.
    /// The lock is held by this session already.
    package static func begin(
        node: String,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Fence {
        let previous = try tx.ask(
            """
            UPDATE lease_history h SET ended_at = clock_timestamp(), end_reason = 'superseded'
            FROM lease l
            WHERE l.name = 'scanner' AND h.timeline = l.timeline AND h.term = l.term AND h.ended_at IS NULL
            RETURNING h.node
            """
        ) { try $0.first.map { try $0["node"] as String } }
        let row = try tx.run(
            """
            UPDATE lease
            SET term = term + 1, node = \(node), pid = pg_backend_pid(), acquired_at = clock_timestamp(),
                renewed_at = clock_timestamp(), resigned_at = NULL,
                timeline = substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
            WHERE name = 'scanner'
            RETURNING timeline, term
            """
        ).first
        guard let row else { throw StoreError.notFound(what: "lease row", which: "scanner") }
        let fence = Fence(timeline: try row["timeline"], term: try row["term"])
        try tx.send(
            """
            INSERT INTO lease_history (timeline, term, node, pid, acquired_at)
            SELECT timeline, term, node, pid, acquired_at FROM lease WHERE name = 'scanner'
            """
        )
        changes.post(.leaseAcquired(term: fence.term, previous: try previous.value(in: tx)))
        return fence
    }

    /// The first statement of every transaction of a leader.
    package static func check(_ fence: Fence, in tx: borrowing Transaction) throws {
        try askCheck(fence, in: tx).value(in: tx)
    }

    /// As `check`, before which a leader may read, but not write, more.
    static func askCheck(_ fence: Fence, in tx: borrowing Transaction) throws -> Answer<Void> {
        try tx.ask(
            """
            SELECT 1 FROM lease
            WHERE name = 'scanner' AND term = \(fence.term) AND timeline = \(fence.timeline)
              AND resigned_at IS NULL
            FOR NO KEY UPDATE
            """
        ) { held in
            guard !held.isEmpty else { throw LeaseLost(fence: fence) }
        }
    }

    /// A sign of life; no row is touched when the tenure is over.
    package static func renewal(_ fence: Fence) -> SQL {
        """
        UPDATE lease SET renewed_at = clock_timestamp()
        WHERE name = 'scanner' AND term = \(fence.term) AND timeline = \(fence.timeline) AND resigned_at IS NULL
        """
    }

    package static func renew(_ fence: Fence, in tx: borrowing Transaction) throws {
        guard try tx.run(renewal(fence)).affected == 1 else { throw LeaseLost(fence: fence) }
    }

    /// Notes the first completed scan of a tenure: the end of the failover.
    package static func noteScan(_ fence: Fence, in tx: borrowing Transaction) throws {
        try tx.send(
            """
            UPDATE lease_history SET first_scan_at = clock_timestamp()
            WHERE timeline = \(fence.timeline) AND term = \(fence.term) AND first_scan_at IS NULL
            """
        )
    }

    /// Ends the tenure in good order. The term stays: it must never be given twice.
    package static func resign(
        _ fence: Fence,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        try check(fence, in: tx)
        try tx.send("UPDATE lease SET resigned_at = clock_timestamp() WHERE name = 'scanner'")
        try tx.send(
            """
            UPDATE lease_history SET ended_at = clock_timestamp(), end_reason = 'resigned'
            WHERE timeline = \(fence.timeline) AND term = \(fence.term)
            """
        )
        changes.post(.leaseResigned(term: fence.term))
    }

    /// Ends the session of a holder that has been silent for longer than the server should have let it live. Only the
    /// session that the lease row names: a winner that has not begun its tenure yet is not meant.
    /// Returns whether a session was ended.
    package static func terminateSilentHolder(
        silentForSeconds limit: Double,
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Bool {
        let ended = try tx.run(
            """
            SELECT l.term, l.node, extract(epoch FROM clock_timestamp() - l.renewed_at)::int AS silence,
                   pg_terminate_backend(k.pid) AS ended
            FROM lease l
            JOIN pg_locks k ON k.locktype = 'advisory' AND k.granted AND k.objsubid = 2
                           AND k.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                           AND k.classid::bigint = hashtext('tidemark.lease')::bigint & 4294967295
                           AND k.objid::bigint = hashtext(current_schema())::bigint & 4294967295
            WHERE l.name = 'scanner' AND l.renewed_at < clock_timestamp() - make_interval(secs => \(limit))
              AND k.pid = l.pid
            """
        )
        guard let row = ended.first else { return false }
        let term: Int64 = try row["term"]
        try tx.run(
            """
            UPDATE lease_history SET ended_at = clock_timestamp(), end_reason = 'terminated'
            WHERE term = \(term) AND ended_at IS NULL
            """
        )
        let holder: String? = try row["node"]
        changes.post(
            .leaseHolderTerminated(term: term, holder: holder ?? "a node", staleSeconds: try row["silence"])
        )
        return true
    }
}
