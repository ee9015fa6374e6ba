package import FleetModel
import FleetRules
import Postgres

/// What is done to freezes.
enum FreezeCommands {
    static func apply(
        _ documents: [Document],
        _ actions: inout [String: String],
        in tx: borrowing Transaction,
        _ changes: inout Changes
    ) throws {
        let wanted = documents.enumerated().compactMap { index, document in
            if case .freeze(let freeze) = document { (index: index, document: freeze) } else { nil }
        }
        guard !wanted.isEmpty else { return }
        let environments = try EnvironmentRows.ids(of: wanted.flatMap(\.document.environments), in: tx)
        let projects = try ProjectRows.ids(of: wanted.flatMap(\.document.projects), in: tx)
        let now = try DatabaseClock.now(in: tx)
        var faults: [StoreError.Fault] = []
        for (index, document) in wanted {
            let path = "documents[\(index)]"
            faults += UnknownNames.faults(
                document.environments,
                known: environments,
                "environment",
                at: "\(path).environments"
            )
            faults += UnknownNames.faults(
                document.projects,
                known: projects,
                "project",
                at: "\(path).projects"
            )
            if document.to <= now, try !FreezeRows.exists(document.name, in: tx) {
                faults.append(.init("\(path).to", "is over already: a freeze is of the time to come"))
            }
        }
        guard faults.isEmpty else { throw StoreError.faults(faults) }
        for (_, document) in wanted {
            let row = try FreezeRows.apply(
                document,
                environments: document.environments.compactMap { environments[$0] },
                projects: document.projects.compactMap { projects[$0] },
                in: tx
            )
            guard let row else { continue }
            actions["Freeze \(row.name)"] = row.created ? "created" : "changed"
            changes.post(
                .promotion(
                    .freezeApplied(
                        name: row.name,
                        environments: document.environments,
                        created: row.created
                    )
                )
            )
        }
        try FreezeRows.touchFrozen(in: tx)
    }
}

extension Store {
    /// Deletes a freeze: what waited for its end goes on at once.
    package func deleteFreeze(
        _ name: String,
        if condition: ConfigurationCondition? = nil,
        by principal: Principal
    ) async throws {
        try await unitOfWork(by: principal) { tx, changes in
            let places = try AccessPlaceRows.freeze(name, in: tx)
            try changes.require(.steerReleases, at: places, of: "freeze", name)
            let seen = try changes.seen(in: tx)
            // As one that is hidden, whatever the condition.
            guard !places.isEmpty || seen.isEverything else {
                throw StoreError.notFound(what: "freeze", which: name)
            }
            try condition?.check(.freeze, name, seen: seen, in: tx)
            guard try FreezeRows.delete(name, in: tx) else {
                throw StoreError.notFound(what: "freeze", which: name)
            }
            changes.post(.promotion(.freezeDeleted(name: name)))
            try FreezeRows.touchFrozen(in: tx)
        }
    }
}
