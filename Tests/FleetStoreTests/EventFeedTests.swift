import FleetModel
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct EventFeedTests {
    @Test(
        "G1 a rare category is found without reading all events, and the index leaves out only those that machines write"
    )
    func rareCategories() async throws {
        let database = try TestDatabase.current.database
        let index: String = try await database.query(
            "SELECT pg_get_expr(indpred, indrelid) AS text FROM pg_index WHERE indexrelid = 'event_by_category'::regclass"
        )[0]["text"]
        let leftOut = EventCategory.allCases.filter { index.contains($0.rawValue) }
        #expect(leftOut == [.machineHealthy, .machineHasWarnings, .machineUnhealthy, .machineUnavailable])

        for category in EventCategory.allCases {
            let plan = try await database.transaction { tx in
                try tx.run("SET LOCAL enable_seqscan = off")
                try tx.run("SET LOCAL enable_sort = off")
                return try tx.run(
                    "EXPLAIN SELECT * FROM event WHERE category = \(category.rawValue) ORDER BY id DESC LIMIT 100"
                ).map { try $0["QUERY PLAN"] as String }.joined(separator: "\n")
            }
            #expect(plan.contains("category_id_idx") != leftOut.contains(category), "\(category): \(plan)")
        }
    }

    @Test("What led to a deployment is what it was decided on, not what was later put off because of it")
    func causes() async throws {
        let fleet = try await Fleet()
        try await fleet.release("1.4")
        let deployment = try await fleet.deploy("1.4").id
        _ = try await fleet.machine("web-1")
        _ = try await fleet.store.database.query(
            """
            INSERT INTO decision (event_id, machine_id, project_id, deployment_id, kind, verdict, reason, term, node)
            SELECT e.id, m.id, p.id, \(deployment), 'plan', v.verdict, 'test', 1, 'test'
            FROM (VALUES ('MachineAdded', 'deploying'), ('MachineHealthy', 'inFlight')) v(category, verdict)
            JOIN event e ON e.category = v.category AND e.machine_id IS NOT NULL
            CROSS JOIN machine m CROSS JOIN project p
            """
        )
        let causes = try await fleet.store.read {
            try EventFeedRows.causes(of: deployment, limit: 10, seen: .everything, in: $0)
        }
        #expect(causes.map(\.category) == ["MachineAdded"])
    }
}
