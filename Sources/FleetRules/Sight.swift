package import FleetModel

/// What of the fleet somebody sees: everything, or what his grants name. Every role may look, so that it is the places of all
/// of his grants together; what a key sees its owner must see too.
package struct Sight: Sendable, Equatable {
    /// Environments by projects, by name; nil: every one of that kind.
    package struct Area: Codable, Sendable, Hashable {
        package let environments: [String]?
        package let projects: [String]?

        package init(environments: [String]? = nil, projects: [String]? = nil) {
            self.environments = environments
            self.projects = projects
        }
    }

    /// Together they are what is seen; nil: everything.
    package let areas: [Area]?

    package init(of principal: Principal) {
        guard principal.identity != .system else {
            areas = nil
            return
        }
        let own = principal.grants.map(Area.init)
        let both = principal.owner.map { owner in
            own.flatMap { area in owner.grants.map { area.within(Area($0)) } }
        }
        let seen = (both ?? own).filter { !$0.isEmpty }
        areas = seen.contains(where: \.isEverything) ? nil : seen
    }

    /// Whether a part of the place is seen: then it is there.
    package func has(_ place: AccessPlace) -> Bool {
        areas?.contains { $0.has(place) } ?? true
    }
}

extension Sight.Area {
    fileprivate init(_ grant: Grant) {
        self.init(environments: grant.environments, projects: grant.projects)
    }

    /// All that was named is deleted.
    fileprivate var isEmpty: Bool { environments == [] || projects == [] }

    fileprivate var isEverything: Bool { environments == nil && projects == nil }

    fileprivate func has(_ place: AccessPlace) -> Bool {
        Self.has(environments, place.environment) && Self.has(projects, place.project)
    }

    private static func has(_ names: [String]?, _ extent: AccessPlace.Extent) -> Bool {
        guard let names, case .named(let name) = extent else { return true }
        return names.contains(name)
    }

    fileprivate func within(_ other: Self) -> Self {
        Self(
            environments: Self.common(environments, other.environments),
            projects: Self.common(projects, other.projects)
        )
    }

    private static func common(_ one: [String]?, _ other: [String]?) -> [String]? {
        guard let one, let other else { return one ?? other }
        return one.filter(Set(other).contains)
    }
}
