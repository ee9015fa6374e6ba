import FleetModel
import FleetStore
import Postgres

/// Policies by plain SQL, and time that has passed.
extension Fleet {
    /// A policy that deletes after ten minutes, followed by every machine there is.
    func cleanupPolicy(
        _ name: String = "spot",
        deleteAfter: Int = 600,
        purgeAfter: Int = 3600,
        unavailableAfter: Int? = nil,
        share: Int = 30,
        count: Int = 3
    ) async throws {
        _ = try await store.database.query(
            """
            WITH p AS (INSERT INTO machine_policy (name, delete_unavailable, delete_after_seconds, purge_after_seconds,
                                                   unavailable_after_seconds, guard_share_percent, guard_count)
                       VALUES (\(name), true, \(deleteAfter), \(purgeAfter), \(unavailableAfter), \(share), \(count))
                       RETURNING id)
            UPDATE machine SET policy_id = p.id FROM p WHERE policy_id IS NULL
            """
        )
        try await listened(for: 86_400)
    }

    /// Nodes have listened for so long without a gap.
    func listened(for seconds: Int) async throws {
        _ = try await store.database.query(
            """
            UPDATE presence_watch SET watched_since = now() - make_interval(secs => \(seconds)), watched_until = now()
            """
        )
    }

    /// The machine has been unavailable for so long.
    func silence(_ machines: ID<Machine>..., for seconds: Int) async throws {
        try await silence(machines, for: seconds)
    }

    func silence(_ machines: [ID<Machine>], for seconds: Int) async throws {
        try await store.unitOfWork(by: "test") { tx, changes in
            try HealthRows.set(.unavailable, of: machines, because: "the test says so", in: tx, &changes)
        }
        _ = try await store.database.query(
            """
            UPDATE machine SET health_since = now() - make_interval(secs => \(seconds))
            WHERE id = ANY (\(machines)::bigint[])
            """
        )
    }

    func expired(_ machine: ID<Machine>, for seconds: Int) async throws {
        _ = try await store.database.query(
            "UPDATE machine SET expired_at = now() - make_interval(secs => \(seconds)) WHERE id = \(machine)"
        )
    }

    /// What the leader does with a sweep, without the lease.
    func cleanUp(silenceSeconds: Int = 90) async throws {
        let gone = try await store.unitOfWork(by: "node:test-node") { tx, changes in
            try Cleanup(silenceSeconds: silenceSeconds).run(in: tx, &changes)
        }
        try await store.purge(gone)
    }

    func events(_ category: EventCategory) async throws -> Int {
        try await count("SELECT count(*) AS n FROM event WHERE category = \(category)")
    }

    /// `there`, `expired` or `deleted`.
    func stage(_ machine: ID<Machine>) async throws -> String? {
        try await texts(
            """
            SELECT CASE WHEN deleted_at IS NOT NULL THEN 'deleted' WHEN expired_at IS NOT NULL THEN 'expired'
                        ELSE 'there' END AS t FROM machine WHERE id = \(machine)
            """
        ).first
    }
}
