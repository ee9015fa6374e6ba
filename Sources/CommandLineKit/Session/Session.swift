import FleetClient
import FleetModel
import Foundation

/// One run of a command: the way to the cluster, and the way to the person.
struct Session: Sendable {
    var client: APIClient
    /// Whether an API key was given at all.
    let hasKey: Bool
    var printer: Printer
    /// `--timeout`, for commands that wait as a whole.
    let limit: Duration?

    var now: Instant {
        Instant(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    /// Up to `limit` items of a list, over as many pages as it takes; `nextCursor` says that there are more.
    func list<Item: Codable & Sendable>(
        _ path: String,
        query: [String: String?] = [:],
        limit: Int
    ) async throws -> APIV1.Page<Item> {
        var whole = APIV1.Page<Item>(items: [], nextCursor: nil)
        var query = query.compactMapValues { $0 }
        var asked: Set<String> = []
        repeat {
            query["limit"] = String(min(Limits.pageSize, limit - whole.items.count))
            query["cursor"] = whole.nextCursor
            let page: APIV1.Page<Item> = try await client.get(path, query: query)
            whole.items += page.items
            // A page may be empty and not the last: of a log one may see little. A cursor that comes back would be asked for for ever.
            whole.nextCursor = page.nextCursor.flatMap { asked.insert($0).inserted ? $0 : nil }
        } while whole.nextCursor != nil && whole.items.count < limit
        return whole
    }

    /// Shows a list, and says when it goes on beyond the limit.
    func show<Item: Codable & Sendable>(
        _ page: APIV1.Page<Item>,
        columns: [Column<Item>],
        name: (Item) -> String,
        none: String
    ) throws {
        try printer.show(page, items: page.items, columns: columns, name: name, none: none)
        guard page.nextCursor != nil, printer.format == .table || printer.format == .name else { return }
        printer.say("there are more than these \(page.items.count): ask for more with --limit")
    }
}
