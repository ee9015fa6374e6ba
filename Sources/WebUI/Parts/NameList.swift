import FleetStore
import HTTPAPI
import Hummingbird
import Postgres

extension WebContext {
    /// One page of a list that goes by name: its place, the name after which it begins, is `after` in the address.
    func listByName<Row: Sendable>(
        _ request: PageRequest,
        limit: Int,
        query: [(String, String?)] = [],
        name: (Row) -> String,
        _ fetch:
            @escaping @Sendable (_ after: String, _ limit: Int, Seen, borrowing Transaction) throws -> [Row]
    ) async throws -> (rows: [Row], pager: Pager) {
        let after = request.query("after") ?? ""
        let found = try await look(request) { tx, seen in try fetch(after, limit + 1, seen, tx) }
        return Pager.cut(
            found,
            limit: limit,
            request.request.uri.path,
            query,
            "after",
            isFirst: after.isEmpty,
            position: name
        )
    }
}
