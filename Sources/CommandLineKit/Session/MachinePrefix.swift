import FleetClient
import FleetModel

/// Names of machines are long where clouds make them: the beginning of one is enough where it can only be that one.
///
/// Not for what cannot be taken back: who deletes a machine writes its name.
extension Session {
    /// Does something to a machine by its name or number; when there is none of that name, to the only one whose name
    /// begins so.
    func withMachine<Value: Sendable>(
        _ name: String,
        _ body: (String) async throws -> Value
    ) async throws -> Value {
        do {
            return try await body(name)
        } catch let problem as Problem where problem.missing == Problem.Missing(what: "machine", which: name)
        {
            let page: APIV1.Page<Machine>
            do {
                page = try await list(APIPath.of("machines"), query: ["prefix": name], limit: 5)
            } catch {
                throw problem
            }
            let names = page.items.map(\.name)
            guard let only = names.first else { throw problem }
            guard names.count == 1 else {
                let more = page.nextCursor == nil ? "" : " and more"
                throw Failure(
                    .notFound,
                    "there is no machine '\(name)', and several begin so",
                    details: ["they are \(names.joined(separator: ", "))\(more)"]
                )
            }
            return try await body(only)
        }
    }
}
