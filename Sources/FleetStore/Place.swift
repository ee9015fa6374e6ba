import FleetModel
import Postgres

/// A project in an environment: where one rollout at a time decides what the release is.
struct Place: Hashable, Comparable {
    let project: ID<Project>
    let environment: ID<Environment>

    static func < (left: Self, right: Self) -> Bool {
        (left.project, left.environment) < (right.project, right.environment)
    }

    /// As `lock`, for those that nobody holds at present, without waiting for the others.
    static func tryLock(_ places: Set<Place>, in tx: borrowing Transaction) throws -> Set<Place> {
        let rows = try tx.run(
            """
            SELECT p.project_id, p.environment_id
            FROM unnest(\(places.map(\.project))::bigint[], \(places.map(\.environment))::bigint[])
                 AS p(project_id, environment_id)
            WHERE pg_try_advisory_xact_lock(hashtext('tidemark.place.' || current_schema()),
                                            hashtext(p.project_id || '/' || p.environment_id))
            """
        )
        return Set(try rows.map { try Place(row: $0) })
    }

    /// Until the transaction ends, nobody else creates a deployment there: whoever creates one has seen those before
    /// it. In one order, so that two who lock several places do not meet head on.
    static func lock(_ places: [Place], in tx: borrowing Transaction) throws {
        for place in Set(places).sorted() {
            try tx.run(
                """
                SELECT pg_advisory_xact_lock(hashtext('tidemark.place.' || current_schema()),
                                             hashtext(\("\(place.project)/\(place.environment)")))
                """
            )
        }
    }
}

extension Place {
    init(row: Row) throws {
        self.init(project: try row["project_id"], environment: try row["environment_id"])
    }
}
