import Postgres

/// A page of a log of which somebody sees a part.
package struct SeenPage<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Where the search for more goes on: so much was read that the page is cut short. nil: it is full, or there is no more.
    package let resumesAt: Int64?
}

/// Rows of a log that are seen, by id, among those that were looked at.
struct SeenRows {
    /// How many rows are looked at for one page: the log may hold millions between two that somebody sees, and no index leads from
    /// one to the next.
    static let most = 50_000

    let ids: [Int64]
    let resumesAt: Int64?

    /// From the columns `ids`, `looked_at` and `last`.
    init(row: Row, limit: Int) throws {
        ids = try row["ids"]
        let count: Int = try row["looked_at"]
        resumesAt = ids.count < limit && count == Self.most ? try row["last"] : nil
    }
}
