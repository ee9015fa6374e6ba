package import FleetModel
package import FleetRules
package import Postgres

/// The SQL of the high-water mark. The mark is a snapshot and a batch is a difference of two snapshots, so an event
/// is read once however late it commits; `docs/decisions/0002-snapshot-mark.md` has the reasons and the figures.
package enum MarkRows {
    /// Where a scan stands.
    package struct Mark: Sendable {
        /// Everything visible in it was scanned.
        package let done: String
        /// The batch ends with what is visible in it.
        package let batch: String
        package let cursorXID: UInt64
        package let cursorID: Int64
    }

    /// One page of a batch.
    package struct Page: Sendable {
        /// Those of its events that matter, in order of (xid, id).
        package let events: [PageEvent]
        /// How many it has in all.
        package let count: Int
        /// Whether the batch ends with it.
        package let isLast: Bool
        /// Where the next page begins; nil: it has none.
        fileprivate let end: (xid: UInt64, id: ID<Event>)?
    }

    /// An event as a page reads it. The category stays text: a newer node may have written it.
    package struct PageEvent: Sendable {
        package let xid: UInt64
        package let id: ID<Event>
        package let category: String
        package let machineID: ID<Machine>?
        package let environmentID: ID<Environment>?
        package let projectID: ID<Project>?
        package let releaseID: ID<Release>?
    }

    /// Opens a batch unless one is open. A statement of its own, outside any transaction: the snapshot must be older
    /// than the transaction that will write decisions, or that transaction's own events would count as read. It is not
    /// waited for on disk: the page's commit, which is, comes after it in the log, and without a page it is not needed.
    package static func tick(_ fence: Fence) -> SQL {
        """
        UPDATE scan_mark SET batch = pg_current_snapshot(), cursor_xid = '0', cursor_id = 0
        FROM (SELECT set_config('synchronous_commit', 'off', true)) not_waited_for
        WHERE name = 'auto' AND batch IS NULL
          AND EXISTS (SELECT 1 FROM lease
                      WHERE name = 'scanner' AND term = \(fence.term) AND timeline = \(fence.timeline))
        """
    }

    package static func lock(in tx: borrowing Transaction) throws -> Mark? {
        try askLock(in: tx).value(in: tx)
    }

    static func askLock(in tx: borrowing Transaction) throws -> Answer<Mark?> {
        try tx.ask(
            """
            SELECT done, batch, cursor_xid, cursor_id FROM scan_mark
            WHERE name = 'auto' AND batch IS NOT NULL FOR UPDATE
            """
        ) { rows in
            try rows.first.map { row in
                Mark(
                    done: try row["done"],
                    batch: try row["batch"],
                    cursorXID: try row["cursor_xid"],
                    cursorID: try row["cursor_id"]
                )
            }
        }
    }

    /// The next events of the batch, in order of (xid, id), which is the order of the index: the transactions that
    /// were open when `done` was taken, then those that began later. One lower bound, not `xid >=` beside a row
    /// comparison: PostgreSQL would start from the latter and walk every old entry of the index.
    ///
    /// The page has `limit` events, of which those are returned that `interest` names, or that name a project, or a machine
    /// with an open need; without `interest` all of them. The others are left where they are: to send and decode them
    /// costs more than to find them.
    package static func page(
        _ mark: Mark,
        limit: Int,
        interest: ScanInterest? = nil,
        in tx: borrowing Transaction
    ) throws -> Page {
        let categories = interest.map { $0.categories.map(\.rawValue).sorted() }
        let rows = try tx.run(
            """
            WITH page AS MATERIALIZED (
                (SELECT e.xid, e.id, e.category, e.machine_id, e.environment_id, e.project_id, e.release_id FROM event e
                 WHERE e.xid = ANY (ARRAY(SELECT pg_snapshot_xip(\(mark.done)::pg_snapshot)))
                   AND pg_visible_in_snapshot(e.xid, \(mark.batch)::pg_snapshot)
                   AND (e.xid, e.id) > (\(mark.cursorXID)::xid8, \(mark.cursorID)::bigint)
                 ORDER BY e.xid, e.id LIMIT \(limit))
                UNION ALL
                (SELECT e.xid, e.id, e.category, e.machine_id, e.environment_id, e.project_id, e.release_id FROM event e
                 WHERE (e.xid, e.id) > (greatest(\(mark.cursorXID)::xid8, pg_snapshot_xmax(\(mark.done)::pg_snapshot)),
                                       CASE WHEN \(mark.cursorXID)::xid8 >= pg_snapshot_xmax(\(mark.done)::pg_snapshot)
                                            THEN \(mark.cursorID)::bigint ELSE 0 END)
                   AND e.xid < pg_snapshot_xmax(\(mark.batch)::pg_snapshot)
                   AND pg_visible_in_snapshot(e.xid, \(mark.batch)::pg_snapshot)
                 ORDER BY e.xid, e.id LIMIT \(limit))
                ORDER BY 1, 2 LIMIT \(limit)
            ), matters AS (
                SELECT p.* FROM page p
                WHERE \(categories)::text[] IS NULL OR p.category = ANY (\(categories)::text[]) OR p.project_id IS NOT NULL
                   OR EXISTS (SELECT 1 FROM need n WHERE n.machine_id = p.machine_id AND n.closed_at IS NULL)
            )
            SELECT count.events::int, last.xid AS last_xid, last.id AS last_id, m.*
            FROM (SELECT count(*) AS events FROM page) count
            LEFT JOIN (SELECT xid, id FROM page ORDER BY xid DESC, id DESC LIMIT 1) last ON true
            LEFT JOIN matters m ON true
            ORDER BY m.xid, m.id
            """
        )
        guard let first = rows.first else { return Page(events: [], count: 0, isLast: true, end: nil) }
        let count: Int = try first["events"]
        let lastXID: UInt64? = try first["last_xid"]
        let lastID: ID<Event>? = try first["last_id"]
        let nothing: Bool = try first["id"] as ID<Event>? == nil
        return Page(
            events: nothing ? [] : try rows.map(PageEvent.init(row:)),
            count: count,
            isLast: count < limit,
            end: lastXID.flatMap { xid in lastID.map { (xid, $0) } }
        )
    }

    /// Moves the mark behind the page; with the last page, the batch becomes what is done.
    package static func advance(
        past page: Page,
        fence: Fence,
        node: String,
        in tx: borrowing Transaction
    ) throws {
        if page.isLast {
            try tx.send(
                """
                UPDATE scan_mark
                SET done = batch, batch = NULL, cursor_xid = '0', cursor_id = 0, scans = scans + 1,
                    events_read = events_read + \(page.count), term = \(fence.term), node = \(node),
                    advanced_at = clock_timestamp()
                WHERE name = 'auto'
                """
            )
        } else if let last = page.end {
            try tx.send(
                """
                UPDATE scan_mark
                SET cursor_xid = \(last.xid)::xid8, cursor_id = \(last.id),
                    events_read = events_read + \(page.count), term = \(fence.term), node = \(node)
                WHERE name = 'auto'
                """
            )
        }
    }

    /// Notices that the database was restored into another cluster, whose transaction numbers mean other things, and
    /// carries the mark and the events over. Asked at every acquisition, in a transaction of its own.
    package static func rebaseAfterRestore(
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws -> Bool {
        let row = try tx.run(
            """
            SELECT m.system_identifier <> c.system_identifier AS other_cluster,
                   pg_snapshot_xmax(m.done) > pg_snapshot_xmax(pg_current_snapshot()) AS ahead
            FROM scan_mark m CROSS JOIN pg_control_system() c WHERE m.name = 'auto'
            """
        ).first
        guard let row else { throw StoreError.notFound(what: "mark", which: "auto") }
        let otherCluster: Bool = try row["other_cluster"]
        let ahead: Bool = try row["ahead"]
        guard otherCluster || ahead else { return false }
        let rebased = try tx.run("SELECT rebase_events('auto') AS unread").first
        let reason =
            otherCluster
            ? "the database was restored into another cluster" : "the mark was ahead of the cluster"
        changes.post(.markRebased(unread: try rebased.map { try $0["unread"] } ?? 0, reason: reason))
        return true
    }
}

extension MarkRows.PageEvent {
    func asksFor(_ reaction: ScanReaction) -> Bool {
        EventCategory(rawValue: category).map(reaction.isDue(to:)) ?? false
    }

    package init(row: Row) throws {
        xid = try row["xid"]
        id = try row["id"]
        category = try row["category"]
        machineID = try row["machine_id"]
        environmentID = try row["environment_id"]
        projectID = try row["project_id"]
        releaseID = try row["release_id"]
    }
}
