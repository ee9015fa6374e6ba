/// What a request concerns, as far as it matters for who may: an environment, a project, both, or the whole.
package struct AccessPlace: Sendable, Hashable {
    package enum Extent: Sendable, Hashable {
        /// It suffices to have the right somewhere: what is asked for is nowhere in particular, or is not known yet.
        case some
        case named(String)
        /// It concerns all of them: a right that is limited to some does not reach.
        case every
    }

    package let environment: Extent
    package let project: Extent

    package init(environment: Extent, project: Extent) {
        self.environment = environment
        self.project = project
    }

    package static let somewhere = AccessPlace(environment: .some, project: .some)
    package static let everywhere = AccessPlace(environment: .every, project: .every)

    /// What all projects in it share: a machine, a join token, the environment itself.
    package static func environment(_ name: String) -> AccessPlace {
        AccessPlace(environment: .named(name), project: .every)
    }

    /// What is the project's own, in no environment: a release.
    package static func project(_ name: String) -> AccessPlace {
        AccessPlace(environment: .some, project: .named(name))
    }

    package static func of(project: String, in environment: String) -> AccessPlace {
        AccessPlace(environment: .named(environment), project: .named(project))
    }

    /// The environments and projects, each with each; none of a kind: all of that kind.
    package static func each(environments: [String], projects: [String]) -> [AccessPlace] {
        let places = environments.isEmpty ? [.every] : environments.map(Extent.named)
        let subjects = projects.isEmpty ? [.every] : projects.map(Extent.named)
        return places.flatMap { place in
            subjects.map { AccessPlace(environment: place, project: $0) }
        }
    }
}

extension AccessPlace: CustomStringConvertible {
    /// ` in production for shop`; empty when it is nowhere in particular.
    package var description: String {
        if self == .everywhere { return " everywhere" }
        return Self.part(" in ", environment, every: " in every environment")
            + Self.part(" for ", project, every: " for every project")
    }

    private static func part(_ word: String, _ extent: Extent, every: String) -> String {
        switch extent {
        case .some: ""
        case .named(let name): word + name
        case .every: every
        }
    }
}
