import FleetModel
import FleetRules
import FleetStore
import Postgres
import TestSupport
import Testing

@Suite(.migratedSchema)
struct WebhookCommandTests {
    @Test("a new secret signs first, the old ones beside it for a day, and the read-only role sees none")
    func secrets() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.raiseEvents()
        try await fleet.scan()
        var made: [String] = []
        for _ in 0..<4 {
            let rotated = try await fleet.store.unitOfWork(by: "key:ada") { tx, changes in
                try WebhookCommands.rotate("ops", in: tx, &changes)
            }
            #expect(rotated.secret == nil && rotated.previousValidUntil != nil)
            let secret = try await fleet.store.read { try WebhookSecretRows.find(rotated.id, in: $0) }
            made.append(try #require(secret?.text))
            #expect(secret?.key?.count == WebhookSecret.bytes && secret?.description == "whsec_****")
        }
        #expect(Set(made).count == 4)
        let claimed = try await fleet.takeDeliveries()
        #expect(claimed.first?.secrets.map(\.text) == made.suffix(3).reversed())
        _ = try await fleet.store.database.query(
            "UPDATE webhook_secret SET expires_at = now() WHERE expires_at IS NOT NULL"
        )
        try await fleet.store.read { try WebhookClaims.giveBack(claimed, in: $0) }
        #expect(try await fleet.takeDeliveries().first?.secrets.map(\.text) == [made[3]])
        let told = try await fleet.texts(
            "SELECT message || detail::text AS t FROM event WHERE category LIKE 'Webhook%'"
        )
        #expect(!told.contains { text in made.contains { text.contains($0) } })
    }

    @Test(
        "applying twice changes nothing, a webhook of somewhere unknown is refused, and one that is deleted is gone"
    )
    func configured() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        try await fleet.applyWebhook()
        #expect(try await fleet.told(of: .webhookCreated) == 1)
        #expect(try await fleet.told(of: .webhookModified) == 0)
        await #expect(throws: StoreError.self) { try await fleet.applyWebhook(environments: ["nowhere"]) }
        try await fleet.applyWebhook(projects: ["shop"])
        #expect(try await fleet.told(of: .webhookModified) == 1)
        try await fleet.scan()
        try await fleet.store.deleteWebhook("ops", by: "key:ada")
        #expect(try await fleet.count("SELECT count(*) AS n FROM webhook_secret") == 0)
        #expect(try await fleet.told(of: .webhookDeleted) == 1)
        await #expect(throws: StoreError.self) { try await fleet.store.deleteWebhook("ops", by: "key:ada") }
    }

    @Test("a ping is a delivery like any other, and goes to nobody who is turned off")
    func ping() async throws {
        let fleet = try await Fleet()
        try await fleet.applyWebhook()
        let ping = try await fleet.store.unitOfWork(by: "key:ada") { tx, changes in
            try WebhookCommands.ping("ops", in: tx, &changes)
        }
        #expect(ping.type == "WebhookPing" && ping.eventID == nil)
        #expect(try await fleet.takeDeliveries().map(\.payload) == [try #require(ping.payload)])
        try await fleet.applyWebhook(enabled: false)
        await #expect(throws: StoreError.self) {
            try await fleet.store.unitOfWork(by: "key:ada") { tx, changes in
                try WebhookCommands.ping("ops", in: tx, &changes)
            }
        }
    }
}
