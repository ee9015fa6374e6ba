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

    /// What is asked for one facet, and how the answer says what stands in the way of which subject.
    struct Lookup {
        let sql: SQL
        let fill: (Rows, inout [NeedObstacles], borrowing Transaction) throws -> Void

        init(
            _ sql: SQL,
            fill: @escaping (Rows, inout [NeedObstacles], borrowing Transaction) throws -> Void
        ) {
            self.sql = sql
            self.fill = fill
        }
    }

    /// The obstacles of every subject, in the order of the subjects.
    static func load(_ subjects: [Subject], in tx: borrowing Transaction) throws -> [NeedObstacles] {
        try ask(subjects, in: tx).value(in: tx)
    }

    static func ask(
        _ subjects: [Subject],
        in tx: borrowing Transaction
    ) throws -> Answer<[NeedObstacles]> {
        let none = subjects.map { _ in NeedObstacles() }
        guard !subjects.isEmpty else { return Answer { _ in none } }
        let lookups = [
            CircuitRows.lookup(subjects), QuarantineRows.lookup(subjects), PhaseRows.lookup(subjects),
            FreezeRows.lookup(subjects), PredecessorRows.lookup(subjects),
        ]
        var answers: [(Answer<Rows>, Lookup)] = []
        for lookup in lookups { answers.append((try tx.ask(lookup.sql) { $0 }, lookup)) }
        return Answer { [answers] tx in
            var obstacles = none
            for (rows, lookup) in answers { try lookup.fill(try rows.value(in: tx), &obstacles, tx) }
            return obstacles
        }
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
