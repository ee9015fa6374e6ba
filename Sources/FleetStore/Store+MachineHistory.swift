package import FleetModel
import Postgres

extension Store {
    /// What was on a machine at a time, and what had happened to it by then; `at` nil: now.
    package func machineHistory(
        _ nameOrID: String,
        at: Instant?,
        limit: Int,
        as principal: Principal
    ) async throws -> MachineHistory {
        try await look(as: principal) { tx, seen in
            let now = try DatabaseClock.now(in: tx)
            let at = at ?? now
            guard let found = try MachineHistoryRows.find(nameOrID, at: at, seen: seen, in: tx) else {
                throw StoreError.notFound(what: "machine", which: nameOrID)
            }
            let presence: MachineHistory.Presence =
                at < found.joinedAt
                ? .notJoinedYet : (found.deletedAt.map { $0 <= at } == true ? .deleted : .present)
            let entries = try MachineHistoryRows.entries(
                of: found.id,
                at: at,
                limit: limit + 1,
                seen: seen,
                in: tx
            )
            let oldest = try MachineHistoryRows.oldestEvent(in: tx)
            return MachineHistory(
                id: found.id,
                name: found.name,
                incarnation: found.incarnation,
                environment: found.environment,
                joinedAt: found.joinedAt,
                deletedAt: found.deletedAt,
                at: at,
                presence: presence,
                releases: presence == .present
                    ? try MachineHistoryRows.releases(of: found.id, at: at, seen: seen, in: tx) : [],
                entries: entries.prefix(limit).reversed(),
                hasEarlier: entries.count > limit,
                eventsKeptSince: oldest.flatMap { $0 > found.joinedAt.adding(seconds: 1) ? $0 : nil }
            )
        }
    }
}
