/// A role, and where it holds. Somebody may have several: they add up, and none takes away from another.
package struct Grant: Codable, Sendable, Hashable {
    package let role: Role
    /// Names of environments; nil: in every one. Empty, because all that were named are deleted: in none.
    package let environments: [String]?
    /// Names of projects; nil: for every one. Empty, because all that were named are deleted: for none.
    package let projects: [String]?

    package init(_ role: Role, environments: [String]? = nil, projects: [String]? = nil) {
        self.role = role
        self.environments = environments
        self.projects = projects
    }

    /// May do everything everywhere.
    package static let everything = Grant(.admin)

    package var isEverywhere: Bool { environments == nil && projects == nil }
}

extension Grant: CustomStringConvertible {
    /// `deployer in staging for shop, mail`; `admin everywhere`.
    package var description: String {
        guard !isEverywhere else { return "\(role.rawValue) everywhere" }
        return role.rawValue + Self.part(" in ", environments, none: " in no environment any more")
            + Self.part(" for ", projects, none: " for no project any more")
    }

    private static func part(_ word: String, _ names: [String]?, none: String) -> String {
        names.map { $0.isEmpty ? none : word + $0.joined(separator: ", ") } ?? ""
    }
}
