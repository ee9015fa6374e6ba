import FleetModel
import FleetRules
import Postgres

/// The `after` of the projects of one apply, written once all of its projects are.
struct ProjectOrdering {
    private let projects: [(index: Int, document: ProjectDocument)]

    /// Locks the order when there is a project among the documents. Before the projects are written, so that two
    /// applies wait for each other here and not head on.
    init(_ documents: [Document], in tx: borrowing Transaction) throws {
        projects = documents.enumerated().compactMap { index, document in
            if case .project(let project) = document { (index: index, document: project) } else { nil }
        }
        if !projects.isEmpty { try ProjectAfterRows.lock(in: tx) }
    }

    /// Returns the projects whose order changed. Throws every name that is no project's, or the first cycle. What is not seen
    /// is not there, but what a project comes after already is a part of it.
    func apply(seen: Seen, in tx: borrowing Transaction) throws -> [(id: ID<Project>, name: String)] {
        guard !projects.isEmpty else { return [] }
        let names = projects.flatMap { [$0.document.name] + $0.document.after }
        let ids = try ProjectRows.ids(of: Array(Set(names)), in: tx)
        let stored = try ProjectAfterRows.edges(in: tx)
        let unknown = projects.flatMap { index, document in
            UnknownNames.faults(
                document.after,
                known: ids.filter {
                    seen.has($0.value) || stored[document.name]?.contains($0.key) == true
                },
                "project",
                at: "documents[\(index)].after"
            )
        }
        guard unknown.isEmpty else { throw StoreError.faults(unknown) }
        try refuseCycle(stored, seen: seen, in: tx)
        let pairs = projects.flatMap { project in
            project.document.after.compactMap { name in
                ids[project.document.name].flatMap { id in ids[name].map { (project: id, after: $0) } }
            }
        }
        let changed = try ProjectAfterRows.set(
            of: projects.compactMap { ids[$0.document.name] },
            to: pairs,
            in: tx
        )
        return projects.compactMap { project in
            let name = project.document.name
            return ids[name].flatMap { changed.contains($0) ? (id: $0, name: name) : nil }
        }
    }

    /// Judged by the order as it will be: what the documents say, and of other projects what is stored.
    private func refuseCycle(
        _ stored: [String: Set<String>],
        seen: Seen,
        in tx: borrowing Transaction
    ) throws {
        var edges = stored
        for project in projects { edges[project.document.name] = Set(project.document.after) }
        guard let cycle = ProjectOrder.cycle(in: edges) else { return }
        let index = projects.first { cycle.contains($0.document.name) }?.index ?? 0
        let ids = try ProjectRows.ids(of: cycle, in: tx)
        let told = ProjectOrder.part(of: cycle) { name in ids[name].map(seen.has) ?? false }
        throw StoreError.faults([
            StoreError.Fault(
                "documents[\(index)].after",
                "makes a cycle, in which none could ever be first: \(ProjectOrder.inWords(told))"
            )
        ])
    }
}
