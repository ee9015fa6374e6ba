import FleetStore

/// An address of this site, written so that no value can break out of its place.
struct Link: Sendable {
    let text: String

    /// A query part without a value is left out.
    init(_ path: String, _ query: [(String, String?)] = []) {
        let parts = query.compactMap { name, value in value.map { "\(name)=\(Self.encode($0))" } }
        text = parts.isEmpty ? path : "\(path)?\(parts.joined(separator: "&"))"
    }

    static func machine(_ name: String) -> String { "/machines/\(encode(name))" }
    static func project(_ name: String) -> String { "/projects/\(encode(name))" }
    static func environment(_ name: String) -> String { "/environments/\(encode(name))" }
    static func person(_ name: String) -> String { "/people/\(encode(name))" }
    static func key(_ name: String) -> String { "/keys/\(encode(name))" }
    static func policy(_ name: String) -> String { "/policies/\(encode(name))" }
    static func webhook(_ name: String) -> String { "/webhooks/\(encode(name))" }
    static func node(_ name: String) -> String { "/cluster/nodes/\(encode(name))" }
    static func deployment(_ id: some CustomStringConvertible) -> String { "/deployments/\(id)" }
    /// The page of events that begins with this one.
    static func event(_ id: some CustomStringConvertible) -> String { "/events?upto=\(id)" }

    /// Everything but RFC 3986's unreserved characters is percent-encoded.
    static func encode(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.map { byte -> String in
            let isPlain =
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-._~".utf8.contains(byte)
            return isPlain
                ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
        }.joined()
    }
}

/// One choice of a list to filter by.
struct Choice: Sendable {
    let value: String
    let label: String
    let isChosen: Bool

    static func of(_ values: [String], chosen: String?, label: (String) -> String = { $0 }) -> [Choice] {
        var all = values
        // A filter that matches nothing any more is still shown as what it is.
        if let chosen, !values.contains(chosen) { all.append(chosen) }
        return all.map { Choice(value: $0, label: label($0), isChosen: $0 == chosen) }
    }
}

/// The way to the next part of a list, and back to its beginning.
struct Pager: Sendable {
    let first: String?
    let next: String?

    /// One row more than `limit` was asked for: it tells whether there is a next page.
    static func cut<Row>(
        _ rows: [Row],
        limit: Int,
        _ path: String,
        _ query: [(String, String?)],
        _ key: String,
        isFirst: Bool,
        position: (Row) -> String
    ) -> (rows: [Row], pager: Pager) {
        let page = Array(rows.prefix(limit))
        let next =
            rows.count > limit
            ? page.last.map { Link(path, query + [(key, position($0))]).text } : nil
        return (page, Pager(first: isFirst ? nil : Link(path, query).text, next: next))
    }

    /// Of a log of which somebody sees a part: a page that is short, or empty, may still not be the last.
    static func cut<Row>(
        _ seen: SeenPage<Row>,
        limit: Int,
        _ path: String,
        _ query: [(String, String?)],
        _ key: String,
        isFirst: Bool,
        position: (Row) -> String
    ) -> (rows: [Row], pager: Pager) {
        let (rows, pager) = cut(
            seen.items,
            limit: limit,
            path,
            query,
            key,
            isFirst: isFirst,
            position: position
        )
        guard pager.next == nil, let next = seen.resumesAt else { return (rows, pager) }
        return (rows, Pager(first: pager.first, next: Link(path, query + [(key, String(next))]).text))
    }
}
