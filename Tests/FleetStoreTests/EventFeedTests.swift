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
}
