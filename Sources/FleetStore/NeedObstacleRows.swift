import FleetModel
import FleetRules
import Postgres

/// Finds what stands between machines and their releases beyond the machines' own state: one lookup a facet, each in its
/// own file, all of them for many needs at once. The scan and `explain` ask here, so that they never differ.
enum NeedObstacleRows {
    /// What the lookups are asked about.
    struct Subject: Sendable, Equatable {
        let machine: ID<Machine>
        let environment: ID<Environment>
        let project: ID<Project>
        /// The release that the machine should have; nil: none.
        let release: ID<Release>?
    }

    /// The obstacles of every subject, in the order of the subjects.
    static func load(_ subjects: [Subject], in tx: borrowing Transaction) throws -> [NeedObstacles] {
        var obstacles = subjects.map { _ in NeedObstacles() }
        guard !subjects.isEmpty else { return obstacles }
        try CircuitRows.fill(&obstacles, of: subjects, in: tx)
        try QuarantineRows.fill(&obstacles, of: subjects, in: tx)
        try PredecessorRows.fill(&obstacles, of: subjects, in: tx)
        return obstacles
    }
}

extension NeedObstacleRows.Subject {
    init(_ need: NeedFacts) {
        self.init(
            machine: need.machine.id,
            environment: need.machine.environmentID,
            project: need.projectID,
            release: need.desired?.releaseID
        )
    }
}
