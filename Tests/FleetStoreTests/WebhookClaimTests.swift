import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct WebhookClaimTests {
    @Test("a claim is one node's alone, and due again when its node is killed")
    func claimed() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents(2)
        try await fleet.scan()
        let first = try await fleet.takeDeliveries(by: "node-1")
        #expect(first.map(\.attempt) == [1, 1] && Set(first.map(\.messageID)).count == 2)
        #expect(first.allSatisfy { $0.url == "https://ops.example.com/hook" && $0.secrets.count == 1 })
        #expect(try await fleet.takeDeliveries(by: "node-2").isEmpty)
        _ = try await fleet.store.database.query(
            "UPDATE webhook_delivery SET claimed_until = now(), next_attempt_at = now()"
        )
        let second = try await fleet.takeDeliveries(by: "node-2")
        #expect(second.map(\.attempt) == [2, 2])
        #expect(Set(second.map(\.messageID)) == Set(first.map(\.messageID)))
        // The first node was only frozen: that it failed counts no more, that it got through does.
        #expect(try await fleet.endDelivery(first[0], .unreachable("frozen")) == nil)
        #expect(try await fleet.endDelivery(first[1], .answered(status: 200)) == .delivered)
        let open = try await fleet.texts(
            "SELECT claimed_by AS t FROM webhook_delivery WHERE state = 'pending'"
        )
        #expect(open == ["node-2"])
        let again = try #require(second.first { $0.id == first[1].id })
        #expect(try await fleet.endDelivery(again, .unreachable("late")) == nil)
    }

    @Test("many nodes that claim at once have no more on the way than may be, and each row once")
    func claimedAtOnce() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook("ops")
        try await fleet.applyWebhook("audit")
        try await fleet.raiseEvents(30)
        try await fleet.scan()
        let claimed = try await withThrowingTaskGroup(of: [ClaimedDelivery].self) { group in
            for node in 0..<12 { group.addTask { try await fleet.takeDeliveries(by: "node-\(node)") } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(claimed.map(\.id)).count == claimed.count)
        for webhook in ["ops", "audit"] {
            #expect(claimed.count { $0.webhook == webhook } == Limits.webhookAttemptsAtOnce)
        }
    }

    @Test("what is given back unsent is due at once, and no attempt")
    func givenBack() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents()
        try await fleet.scan()
        let claimed = try await fleet.takeDeliveries()
        try await fleet.store.read { try WebhookClaims.giveBack(claimed, in: $0) }
        #expect(try await fleet.takeDeliveries().map(\.attempt) == [1])
    }

    @Test(
        "nothing gets through: that is told once, one attempt is on the way at a time, and the recovery is told once"
    )
    func failing() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents(8)
        try await fleet.scan()
        for claimed in try await fleet.takeDeliveries() {
            try await fleet.endDelivery(claimed, .answered(status: 500))
        }
        #expect(try await fleet.told(of: .webhookFailing) == 1)
        #expect(try await fleet.count("SELECT failures AS n FROM webhook") == 4)
        try await fleet.hurryDeliveries()
        let probe = try await fleet.takeDeliveries()
        #expect(probe.count == 1)
        #expect(try await fleet.takeDeliveries().isEmpty)
        try await fleet.endDelivery(probe[0], .unreachable("no connection"))
        try await fleet.endDelivery(
            try #require(try await fleet.takeDeliveries().first),
            .answered(status: 204)
        )
        #expect(try await fleet.told(of: .webhookRecovered) == 1)
        #expect(try await fleet.told(of: .webhookFailing) == 1)
        #expect(try await fleet.takeDeliveries().count == Limits.webhookAttemptsAtOnce)
        let errors = try await fleet.texts(
            "SELECT DISTINCT last_error AS t FROM webhook_delivery WHERE last_error IS NOT NULL ORDER BY 1"
        )
        #expect(errors == ["no connection", "the receiver answered 500"])
    }

    @Test("a receiver that says it is gone is asked no more until somebody turns it on again")
    func gone() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents(2)
        try await fleet.scan()
        let claimed = try await fleet.takeDeliveries()
        try await fleet.endDelivery(claimed[0], .answered(status: 410))
        try await fleet.endDelivery(claimed[1], .answered(status: 500))
        try await fleet.hurryDeliveries()
        #expect(try await fleet.takeDeliveries().isEmpty)
        #expect(try await fleet.told(of: .webhookDisabled) == 1)
        try await fleet.raiseEvents()
        try await fleet.scan()
        #expect(try await fleet.count("SELECT count(*) AS n FROM webhook_delivery") == 2)
        try await fleet.applyWebhook()
        let webhook = try #require(
            try await fleet.store.read { try WebhookRows.list(limit: 1, in: $0) }.first
        )
        #expect(webhook.enabled && webhook.disabledReason == nil && webhook.pending == 1 && webhook.dead == 1)
        #expect(try await fleet.takeDeliveries().map(\.attempt) == [2])
    }

    @Test("a delivery is dead after its last attempt, and lives again when somebody replays it")
    func replayed() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents()
        try await fleet.scan()
        var id = ""
        for attempt in 1...WebhookSchedule.attempts {
            try await fleet.hurryDeliveries()
            let claimed = try #require(try await fleet.takeDeliveries().first)
            #expect(claimed.attempt == attempt)
            try await fleet.endDelivery(claimed, .unreachable("no connection"))
            id = claimed.messageID
        }
        let dead = try await fleet.store.read {
            try WebhookDeliveryRows.list(of: "ops", state: .dead, limit: 10, in: $0)
        }
        #expect(dead.map(\.attempts) == [10] && dead.map(\.lastError) == ["no connection"])
        #expect(try await fleet.takeDeliveries().isEmpty)
        let replayed = try await fleet.store.unitOfWork(by: "key:ada") { tx, changes in
            try WebhookCommands.replay(dead[0].id, of: "ops", in: tx, &changes)
        }
        #expect(replayed.state == .pending && replayed.attempts == 0)
        let claimed = try #require(try await fleet.takeDeliveries().first)
        #expect(claimed.messageID == id && claimed.attempt == 1)
        await #expect(throws: StoreError.self) {
            try await fleet.store.unitOfWork(by: "key:ada") { tx, changes in
                try WebhookCommands.replay(dead[0].id, of: "ops", in: tx, &changes)
            }
        }
        try await fleet.endDelivery(claimed, .answered(status: 200))
        #expect(try await fleet.told(of: .webhookReplayed) == 1)
    }

    @Test("all that failed since a time is replayed at once, and what got through is not")
    func replayedAll() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents(4)
        try await fleet.scan()
        let claimed = try await fleet.takeDeliveries()
        try await fleet.endDelivery(claimed[0], .answered(status: 200))
        for one in claimed.dropFirst() { try await fleet.endDelivery(one, .answered(status: 500)) }
        _ = try await fleet.store.database.query(
            "UPDATE webhook_delivery SET created_at = now() - interval '2 days' WHERE id = \(claimed[3].id)"
        )
        let now: Instant = try await fleet.store.database.query("SELECT now() AS now")[0]["now"]
        let replay = try await fleet.store.unitOfWork(by: "key:ada") { tx, changes in
            try WebhookCommands.replayFailed(of: "ops", since: now.adding(seconds: -3600), in: tx, &changes)
        }
        #expect(replay.replayed == 2)
    }
}
