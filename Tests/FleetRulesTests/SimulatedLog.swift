import FleetModel
import FleetRules

/// The event table and its mark as PostgreSQL keeps them: ids and transaction numbers are given when a transaction
/// writes, commits come in any order, and a snapshot says which transactions it sees.
struct SimulatedLog {
    struct Row: Equatable {
        var xid: Int
        var id: Int64
        var category: EventCategory
        var machine: ID<Machine>
    }

    /// `pg_snapshot`: everything below `xmax` is seen, but for those that were open.
    struct Snapshot: Equatable {
        var xmax: Int
        var open: Set<Int>

        func sees(_ xid: Int) -> Bool { xid < xmax && !open.contains(xid) }
    }

    struct Page {
        var rows: [Row]
        var isLast: Bool
    }

    /// How a reader finds what is new.
    enum Rule {
        case snapshotDifference
        /// All ids above the highest that was read: what everybody writes first, and what loses events.
        case highestID
    }

    let rule: Rule
    private(set) var rows: [Row] = []
    private(set) var open: Set<Int> = []
    private var aborted: Set<Int> = []
    private var nextXID = 1
    private var nextID: Int64 = 1
    private var done = Snapshot(xmax: 1, open: [])
    private var batch: Snapshot?
    private var cursor = (xid: 0, id: Int64(0))
    /// The mark of the naive rule.
    private var highest: Int64 = 0

    init(rule: Rule) {
        self.rule = rule
    }

    var now: Snapshot { Snapshot(xmax: nextXID, open: open) }
    var committed: [Row] { rows.filter { !open.contains($0.xid) && !aborted.contains($0.xid) } }

    /// A transaction that writes one event; it stays open.
    mutating func begin(_ category: EventCategory, about machine: ID<Machine>) -> Int {
        let xid = nextXID
        nextXID += 1
        open.insert(xid)
        rows.append(Row(xid: xid, id: nextID, category: category, machine: machine))
        nextID += 1
        return xid
    }

    mutating func commit(_ xid: Int) { open.remove(xid) }

    mutating func rollBack(_ xid: Int) {
        open.remove(xid)
        aborted.insert(xid)
    }

    mutating func rollBackAll() {
        for xid in open { aborted.insert(xid) }
        open = []
    }

    /// `MarkRows.tick`; whether it opened a batch.
    mutating func tick() -> Bool {
        guard batch == nil else { return false }
        batch = now
        cursor = (0, 0)
        return true
    }

    /// `MarkRows.page`.
    func page(limit: Int) -> Page {
        guard let batch else { return Page(rows: [], isLast: true) }
        let new = rows.filter { row in
            guard batch.sees(row.xid), !aborted.contains(row.xid) else { return false }
            switch rule {
            case .snapshotDifference:
                return !done.sees(row.xid) && (row.xid, row.id) > (cursor.xid, cursor.id)
            case .highestID: return row.id > cursor.id && row.id >= highest
            }
        }
        let ordered = new.sorted { ($0.xid, $0.id) < ($1.xid, $1.id) }
        return Page(rows: Array(ordered.prefix(limit)), isLast: ordered.count < limit)
    }

    /// `MarkRows.advance`.
    mutating func advance(past page: Page) {
        if let last = page.rows.map(\.id).max() { highest = max(highest, last + 1) }
        if page.isLast {
            done = batch ?? done
            batch = nil
        } else if let last = page.rows.last {
            cursor = (last.xid, last.id)
        }
    }
}
