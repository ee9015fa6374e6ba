package import FleetModel
package import Postgres

/// What somebody needs to apply documents: it is asked of all of them before the first one is written.
package enum DocumentRights {
    package static func check(
        _ documents: [Document],
        in tx: borrowing Transaction,
        _ changes: borrowing Changes
    ) throws {
        guard changes.principal.identity != .system else { return }
        for document in documents {
            switch document {
            case .environment(let environment):
                // A new one is outside of everything that a grant could be limited to.
                let place = AccessPlace.environment(environment.name)
                let isThere =
                    try changes.isSeen(place) && EnvironmentRows.find(environment.name, in: tx) != nil
                try changes.require(.configure, at: isThere ? place : .everywhere)
            case .machinePolicy, .webhook: try changes.require(.configure, at: .everywhere)
            case .project(let project):
                let place = AccessPlace(environment: .every, project: .named(project.name))
                try changes.require(.configure, at: place)
            case .trigger(let trigger):
                let before = try AccessPlaceRows.trigger(
                    project: trigger.project,
                    name: trigger.name,
                    in: tx
                )
                let after = AccessPlace.each(
                    environments: trigger.environments,
                    projects: [trigger.project]
                )
                // In this order: whoever may not what he asks for is not told whether there is one already.
                try changes.require(.configure, at: after)
                try changes.requireUnnamed(.configure, at: before)
            case .freeze(let freeze):
                let before = try AccessPlaceRows.freeze(freeze.name, in: tx)
                let after = AccessPlace.each(
                    environments: freeze.environments,
                    projects: freeze.projects
                )
                try changes.require(.steerReleases, at: after)
                try changes.requireUnnamed(.steerReleases, at: before)
            }
        }
    }
}
