import FleetModel

/// What somebody sees, by ids, as it is given to every statement that lists or finds something for him: the SQL functions
/// `in_sight` and `event_in_sight` read it. nil: every one.
package struct Seen: Sendable, Equatable {
    /// Of which something is seen: machines are their environment's, whatever is put on them.
    package let environments: [Int64]?
    package let projects: [Int64]?
    /// As the SQL function `place_key` writes them.
    package let places: [Int64]?

    /// What nodes, agents and most people see.
    package static let everything = Seen(environments: nil, projects: nil, places: nil)

    package var isEverything: Bool { places == nil }

    func has(_ project: ID<Project>) -> Bool { projects?.contains(project.rawValue) ?? true }
    func has(_ environment: ID<Environment>) -> Bool { environments?.contains(environment.rawValue) ?? true }
}
