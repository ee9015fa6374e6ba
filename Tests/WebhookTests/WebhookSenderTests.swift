import Cluster
import FleetModel
import FleetRules
import FleetStore
import HTTPTypes
import Hummingbird
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing
import Webhooks

@Suite(.migratedSchema)
struct WebhookSenderTests {
    /// A webhook named after its receiver's path, with so many deliveries that wait.
    private func webhook(_ name: String, port: Int, deliveries: Int, in store: Store) async throws {
        let url = try WebhookAddress("http://127.0.0.1:\(port)/\(name)")
        let document = WebhookDocument(name: name, url: url, eventCategories: [.releaseCreated])
        _ = try await store.apply([.webhook(document)], by: "key:test")
        _ = try await store.database.query(
            """
            INSERT INTO webhook_delivery (webhook_id, event_id, category, payload)
            SELECT w.id, i, 'ReleaseCreated', '{"n": ' || i || '}' FROM webhook w, generate_series(1, \(deliveries)) i
            WHERE w.name = \(name)
            """
        )
    }

    /// Runs senders, each as a node of its own, while `body` runs.
    private func sending<Value: Sendable>(
        _ store: Store,
        nodes: Int = 1,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let services = (1...nodes).map { number in
            WebhookSender(
                store: Store(database: store.database, node: "node-\(number)"),
                guarding: AddressGuard(allowing: [NetworkRange("127.0.0.0/8")].compactMap { $0 }),
                metrics: WebhookMetrics(),
                logger: .quiet
            )
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let senders = ServiceGroup(services: services, logger: .quiet)
            group.addTask { try await senders.run() }
            let value = try await body()
            await senders.triggerGracefulShutdown()
            try await group.waitForAll()
            return value
        }
    }

    private func count(_ store: Store, _ sql: SQL) async throws -> Int {
        try await store.database.query(sql)[0]["n"]
    }

    @Test("three nodes empty the outbox together, and nothing is sent twice")
    func emptied() async throws {
        let store = Store(database: try TestDatabase.current.database, node: "test-node")
        try await TestReceiver.serve { test in
            try await webhook("ops", port: test.port, deliveries: 60, in: store)
            let ids = try await sending(store, nodes: 3) {
                var ids: [String] = []
                for _ in 0..<60 { ids.append(try await test.received.wait(within: .seconds(30)).id) }
                try await eventually("all are written down", within: .seconds(20)) {
                    try await count(
                        store,
                        "SELECT count(*) AS n FROM webhook_delivery WHERE state = 'delivered'"
                    ) == 60
                }
                return ids
            }
            #expect(Set(ids).count == 60)
            #expect(try await count(store, "SELECT max(attempts) AS n FROM webhook_delivery") == 1)
            #expect(
                try await count(
                    store,
                    "SELECT count(*) AS n FROM webhook_delivery WHERE claimed_by IS NOT NULL"
                ) == 0
            )
        }
    }

    @Test("a receiver that hangs delays no other one")
    func hanging() async throws {
        let store = Store(database: try TestDatabase.current.database, node: "test-node")
        try await TestReceiver.serve { slow in
            slow.answerAlways(.hang)
            try await TestReceiver.serve { test in
                for number in 1...3 {
                    try await webhook("slow-\(number)", port: slow.port, deliveries: 20, in: store)
                }
                try await webhook("ops", port: test.port, deliveries: 20, in: store)
                try await sending(store) {
                    for _ in 0..<20 { try await test.received.wait(within: .seconds(10)) }
                }
            }
        }
    }

    @Test("a receiver that fails and recovers gets everything under the ids it was sent under first")
    func recovers() async throws {
        let store = Store(database: try TestDatabase.current.database, node: "test-node")
        try await TestReceiver.serve { test in
            test.answerNext([
                .status(500), .status(503, headers: [.retryAfter: "1"]), .status(302), .status(404),
            ])
            try await webhook("ops", port: test.port, deliveries: 4, in: store)
            try await sending(store) {
                var first: Set<String> = []
                for _ in 0..<4 { first.insert(try await test.received.wait().id) }
                try await eventually("all four are to be tried again") {
                    try await count(
                        store,
                        "SELECT count(*) AS n FROM webhook_delivery WHERE last_error IS NOT NULL AND claimed_by IS NULL"
                    ) == 4
                }
                _ = try await store.database.query("UPDATE webhook_delivery SET next_attempt_at = now()")
                var second: Set<String> = []
                for _ in 0..<4 { second.insert(try await test.received.wait(within: .seconds(20)).id) }
                #expect(first.count == 4 && first == second)
                try await eventually("all four are delivered") {
                    try await count(
                        store,
                        "SELECT count(*) AS n FROM webhook_delivery WHERE state = 'delivered'"
                    ) == 4
                }
            }
            let told = try await store.database.query(
                "SELECT category AS t FROM event WHERE category IN ('WebhookFailing', 'WebhookRecovered') ORDER BY id"
            ).map { row -> String in try row["t"] }
            #expect(told == ["WebhookFailing", "WebhookRecovered"])
        }
    }

    @Test("what a killed node had claimed is sent by another one, under the same id")
    func killed() async throws {
        let store = Store(database: try TestDatabase.current.database, node: "test-node")
        try await TestReceiver.serve { test in
            try await webhook("ops", port: test.port, deliveries: 1, in: store)
            let claimed = try await store.read { try WebhookClaims.take(by: "killed", in: $0) }
            #expect(claimed.count == 1)
            // As if the time of its claim had passed.
            _ = try await store.database.query(
                "UPDATE webhook_delivery SET claimed_until = now(), next_attempt_at = now()"
            )
            let received = try await sending(store) { try await test.received.wait() }
            #expect(received.id == "msg_\(claimed[0].messageID)")
        }
    }

    @Test("a node that shuts down lets what is on the way arrive, and hangs on nobody")
    func shutDown() async throws {
        let store = Store(database: try TestDatabase.current.database, node: "test-node")
        try await TestReceiver.serve { test in
            test.answerAlways(.hang)
            try await webhook("ops", port: test.port, deliveries: 1, in: store)
            let started = ContinuousClock.now
            _ = try await sending(store) { try await test.received.wait() }
            #expect(ContinuousClock.now - started < .seconds(12))
            #expect(
                try await count(store, "SELECT attempts AS n FROM webhook_delivery WHERE state = 'pending'")
                    == 1
            )
        }
    }
}
