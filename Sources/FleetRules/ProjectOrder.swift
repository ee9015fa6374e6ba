/// Which projects come before which on a machine.
package enum ProjectOrder {
    /// A cycle among `edges` (a project, and those that come before it), as the names along it, the first one repeated at
    /// the end; nil: there is none. Of several cycles always the same one is found.
    package static func cycle(in edges: [String: Set<String>]) -> [String]? {
        var search = Search(edges: edges)
        for start in edges.keys.sorted() {
            if let cycle = search.cycle(from: start) { return cycle }
        }
        return nil
    }

    /// The cycle without the names that may not be told: what comes after a project comes after those before that one too.
    package static func part(of cycle: [String], where isTold: (String) -> Bool) -> [String] {
        let told = cycle.dropLast().filter(isTold)
        return told + told.prefix(1)
    }

    /// In words, such as `app comes after base, base comes after app`.
    package static func inWords(_ cycle: [String]) -> String {
        zip(cycle, cycle.dropFirst()).map { "\($0) comes after \($1)" }.joined(separator: ", ")
    }

    /// Depth first, with a stack of its own: the depth is the callers' input.
    private struct Search {
        let edges: [String: Set<String>]
        private var done: Set<String> = []

        init(edges: [String: Set<String>]) {
            self.edges = edges
        }

        mutating func cycle(from start: String) -> [String]? {
            guard !done.contains(start) else { return nil }
            var path = [start]
            var open = [before(start)]
            while let name = path.last {
                guard let next = open[open.count - 1].popLast() else {
                    done.insert(name)
                    path.removeLast()
                    open.removeLast()
                    continue
                }
                if let first = path.firstIndex(of: next) { return path[first...] + [next] }
                guard !done.contains(next) else { continue }
                path.append(next)
                open.append(before(next))
            }
            return nil
        }

        /// In reverse order of name: the last one is looked at first.
        private func before(_ name: String) -> [String] {
            (edges[name] ?? []).sorted(by: >)
        }
    }
}
