import FleetModel
import FleetStore
import FoundationEssentials
import Hummingbird

/// Which part of a list a request asks for.
struct Paging: Sendable {
    let limit: Int
    /// Where the last page ended, in the list's own terms; nil: from the start.
    let position: String?
    private let list: String

    /// `list` names the list: a cursor of another one is refused.
    init(_ request: Request, list: String) throws {
        limit = try request.query("limit", in: 1...Limits.pageSize) ?? Limits.defaultPageSize
        self.list = list
        guard let cursor = request.query("cursor") else {
            position = nil
            return
        }
        guard let text = OpaqueText.decode(cursor), text.hasPrefix("\(list) ") else {
            throw Problem.badRequest(
                "query.cursor",
                "is not a cursor of this list: pass what 'nextCursor' said, unchanged"
            )
        }
        position = String(text.dropFirst(list.count + 1))
    }

    /// How many rows to ask the store for: one more than is answered tells whether there is another page.
    var fetch: Int { limit + 1 }

    /// The position as a number; `start` without one.
    func number(or start: Int64) throws -> Int64 {
        guard let position else { return start }
        guard let number = Int64(position) else {
            throw Problem.badRequest(
                "query.cursor",
                "is not a cursor of this list: pass what 'nextCursor' said, unchanged"
            )
        }
        return number
    }

    /// The page of a log of which somebody sees a part: it may be short, or empty, and still not be the last.
    func page<Item>(_ seen: SeenPage<Item>, position: (Item) -> String) -> APIV1.Page<Item> {
        let page = page(seen.items, position: position)
        guard page.nextCursor == nil, let next = seen.resumesAt else { return page }
        return APIV1.Page(items: page.items, nextCursor: OpaqueText.encode("\(list) \(next)"))
    }

    /// The page of `rows`, of which `fetch` were asked for.
    func page<Item>(_ rows: [Item], position: (Item) -> String) -> APIV1.Page<Item> {
        let items = Array(rows.prefix(limit))
        let next = rows.count > limit ? items.last.map { OpaqueText.encode("\(list) \(position($0))") } : nil
        return APIV1.Page(items: items, nextCursor: next)
    }
}

/// Text that callers pass back and cannot read much into: base64url without padding.
enum OpaqueText {
    static func encode(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
            .split(separator: "=").joined()
            .map { $0 == "+" ? "-" : ($0 == "/" ? "_" : String($0)) }.joined()
    }

    static func decode(_ text: String) -> String? {
        let standard = text.map { $0 == "-" ? "+" : ($0 == "_" ? "/" : String($0)) }.joined()
        let padding = String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4)
        return Data(base64Encoded: standard + padding).flatMap { String(validating: $0, as: UTF8.self) }
    }
}
