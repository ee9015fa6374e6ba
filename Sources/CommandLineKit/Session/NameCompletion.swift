import ArgumentParser
import FleetClient
import FleetModel

/// Names for a shell to complete, asked of the cluster that the environment or the context names.
enum NameCompletion {
    /// Somebody waits with his finger on the tab key.
    private static let longest = Duration.seconds(2)

    private struct Named: Codable, Sendable {
        let name: String
    }

    static let machines = names(of: "machines", byPrefix: true)
    static let projects = names(of: "projects")
    static let environments = names(of: "environments")
    static let policies = names(of: "machine-policies")
    static let freezes = names(of: "freezes")

    private static func names(of list: String, byPrefix: Bool = false) -> CompletionKind {
        .custom { _, _, prefix async in
            // Whatever is wrong is said by the command itself, not while somebody types.
            let common = try? CommonOptions.parse([])
            guard
                let session = try? common?.session(
                    Printer(format: .name, headers: false, terminal: .current())
                )
            else { return [] }
            let names = try? await Deadline.within(longest, orFail: "") {
                let page: APIV1.Page<Named> = try await session.list(
                    APIPath.of(list),
                    query: byPrefix && !prefix.isEmpty ? ["prefix": prefix] : [:],
                    limit: Limits.pageSize
                )
                return page.items.map(\.name)
            }
            await session.client.close()
            return names ?? []
        }
    }
}
