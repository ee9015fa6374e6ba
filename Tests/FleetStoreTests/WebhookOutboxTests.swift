import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct WebhookOutboxTests {
    @Test("every event is in the outbox once for each webhook, however many pages a scan has")
    func filled() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook("ops")
        try await fleet.applyWebhook("audit")
        try await fleet.scan()
        let before = try await fleet.count("SELECT count(*) AS n FROM webhook_delivery")
        try await fleet.raiseEvents(500)
        try await fleet.scan(limits: ScanLimits(events: 60, needs: 10))
        #expect(try await fleet.count("SELECT count(*) AS n FROM webhook_delivery") - before == 1000)
        let distinct = try await fleet.count(
            "SELECT count(DISTINCT (webhook_id, event_id)) AS n FROM webhook_delivery WHERE category = 'ReleaseCreated'"
        )
        #expect(distinct == 1000)
        #expect(
            try await fleet.count("SELECT count(DISTINCT message_id) - count(*) AS n FROM webhook_delivery")
                == 0
        )
    }

    @Test("a page that is scanned again puts nothing into the outbox a second time")
    func filledOnce() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents(20)
        _ = try await fleet.store.database.query("CREATE TABLE mark_before AS SELECT * FROM scan_mark")
        try await fleet.scan()
        let ids = try await fleet.texts("SELECT message_id::text AS t FROM webhook_delivery ORDER BY 1")
        #expect(ids.count >= 20)
        _ = try await fleet.store.database.query(
            "UPDATE scan_mark m SET done = b.done FROM mark_before b WHERE b.name = m.name"
        )
        try await fleet.scan()
        #expect(try await fleet.texts("SELECT message_id::text AS t FROM webhook_delivery ORDER BY 1") == ids)
    }

    @Test("a webhook is told of its environments, projects and categories, by names")
    func filtered() async throws {
        let fleet = try await Fleet()
        _ = try await fleet.store.apply([.environment(EnvironmentDocument(name: "staging"))], by: "key:test")
        try await fleet.applyWebhook("all")
        try await fleet.applyWebhook("machines", groups: [.machine], environments: ["production"])
        try await fleet.applyWebhook("elsewhere", environments: ["staging"])
        try await fleet.applyWebhook("shop", projects: ["shop"])
        try await fleet.applyWebhook("off", enabled: false)
        try await fleet.scan()
        _ = try await fleet.store.database.query("DELETE FROM webhook_delivery")
        _ = try await fleet.machine("web-1")
        _ = try await fleet.store.unitOfWork(by: "key:ada") { [shop = fleet.shop] tx, changes in
            changes.post(.releaseCreated(EventSubject(project: shop), project: "shop", version: "1.0"))
        }
        try await fleet.scan()
        let rows = try await fleet.texts(
            """
            SELECT w.name || ' ' || d.category AS t FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id
            ORDER BY 1
            """
        )
        #expect(
            rows == [
                "all MachineAdded", "all MachineHealthy", "all ReleaseCreated", "machines MachineAdded",
                "machines MachineHealthy", "shop ReleaseCreated",
            ]
        )
        let payload = try await fleet.texts(
            """
            SELECT concat_ws(' ', p ->> 'type', p ->> 'timestamp' ~ '^\\d{4}-\\d\\d-\\d\\dT[0-9:.]{15}Z$',
                             p #>> '{data,machine}', p #>> '{data,environment}', p #>> '{data,project}',
                             p #>> '{data,actor}', p #>> '{data,message}', p #>> '{data,detail,incarnation}') AS t
            FROM (SELECT id, category, payload::jsonb AS p FROM webhook_delivery) d
            WHERE category IN ('MachineAdded', 'ReleaseCreated') ORDER BY id LIMIT 1
            """
        )
        #expect(
            payload == ["MachineAdded t web-1 production test machine web-1 joined with token tmj_test 1"]
        )
    }

    @Test("what no trigger asks for is told all the same")
    func noTrigger() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook(groups: [], categories: [.tokenCreated])
        try await fleet.scan()
        for category: EventCategory in [.tokenCreated, .tokenRevoked, .tokenCreated] {
            _ = try await fleet.store.database.query(
                "INSERT INTO event (category, actor, node, message) VALUES (\(category), 'test', 'test', 'x')"
            )
        }
        try await fleet.scan()
        #expect(
            try await fleet.texts("SELECT category AS t FROM webhook_delivery") == [
                "TokenCreated", "TokenCreated",
            ]
        )
    }

    @Test("an event of the largest size is told without its detail, and never stops a scan")
    func large() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        _ = try await fleet.store.database.query(
            """
            INSERT INTO event (category, actor, node, message, detail)
            SELECT 'ReleaseCreated', repeat('a', 300), 'test', repeat(chr(1), 4000),
                   jsonb_object_agg('key' || i, repeat(chr(2), 4000)) FROM generate_series(1, 20) i
            """
        )
        try await fleet.scan()
        let sizes = try await fleet.count(
            "SELECT max(octet_length(payload)) AS n FROM webhook_delivery WHERE category = 'ReleaseCreated'"
        )
        #expect((24_000...30_000).contains(sizes))
    }

    @Test("no webhook is told of itself")
    func noLoop() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook("ops")
        try await fleet.applyWebhook("audit")
        _ = try await fleet.store.unitOfWork(by: "node:test-node") { tx, changes in
            changes.post(.webhook(.failing(name: "ops", error: "500")))
            changes.post(.webhook(.dropped(name: "ops", count: 3)))
        }
        try await fleet.scan()
        let told = try await fleet.texts(
            """
            SELECT w.name || ' ' || d.category || ' of ' || (d.payload::jsonb #>> '{data,detail,webhook}') AS t
            FROM webhook_delivery d JOIN webhook w ON w.id = d.webhook_id WHERE left(category, 7) = 'Webhook' ORDER BY 1
            """
        )
        #expect(
            told == [
                "audit WebhookCreated of ops", "audit WebhookFailing of ops", "ops WebhookCreated of audit",
            ]
        )
    }

    @Test("what waits for a receiver that is dead is bounded: the oldest go, and that is told once an hour")
    func bounded() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents(50)
        try await fleet.scan()
        while try await fleet.store.trimWebhooks(backlog: 20, pieces: 7) {}
        #expect(try await fleet.count("SELECT count(*) AS n FROM webhook_delivery") == 20)
        let oldest = try await fleet.texts(
            "SELECT payload::jsonb #>> '{data,message}' AS t FROM webhook_delivery ORDER BY id LIMIT 1"
        )
        #expect(oldest == ["event 31"])
        #expect(try await fleet.told(of: .webhookDeliveriesDropped) == 1)
        #expect(try await fleet.count("SELECT dropped AS n FROM webhook") == 30)
        _ = try await fleet.store.database.query(
            "UPDATE webhook SET dropped_told_at = now() - interval '2 hours'"
        )
        while try await fleet.store.trimWebhooks(backlog: 20, pieces: 7) {}
        let messages = try await fleet.texts(
            "SELECT message AS t FROM event WHERE category = 'WebhookDeliveriesDropped' ORDER BY id"
        )
        #expect(messages.count == 2)
        #expect(messages.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }.reduce(0, +) == 30)
    }

    @Test("deliveries that are done are kept for a fortnight")
    func keptAWhile() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents(3)
        try await fleet.scan()
        let claimed = try await fleet.takeDeliveries()
        for one in claimed.prefix(2) { try await fleet.endDelivery(one, .answered(status: 200)) }
        _ = try await fleet.store.database.query(
            "UPDATE webhook_delivery SET finished_at = now() - interval '15 days' WHERE id = \(claimed[0].id)"
        )
        while try await fleet.store.trimWebhooks() {}
        #expect(try await fleet.count("SELECT count(*) AS n FROM webhook_delivery") == 2)
    }
}
