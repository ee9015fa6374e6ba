import FleetModel
import Testing

@testable import CommandLineKit

@Suite("The executable and webhooks")
struct WebhookToolTests: RunsTool {
    private static func delivery(_ state: WebhookDelivery.State, error: String? = nil) -> WebhookDelivery {
        WebhookDelivery(
            id: ID(7),
            webhook: "ops",
            eventID: nil,
            messageID: "11111111-2222-3333-4444-555555555555",
            type: "WebhookPing",
            state: state,
            attempts: 1,
            nextAttemptAt: state == .pending ? Samples.at(5) : nil,
            lastAttemptAt: Samples.at(-1),
            lastStatus: error == nil ? 204 : 500,
            lastError: error,
            createdAt: Samples.at(-2),
            finishedAt: state == .pending ? nil : Samples.at(-1)
        )
    }

    @Test(
        "A ping says what came of its first attempt, and exits accordingly",
        arguments: [(nil, 0), ("the receiver answered \u{1b}[31m500", 1)] as [(String?, Int32)]
    )
    func ping(error: String?, status: Int32) async throws {
        let sent = try json(Self.delivery(.pending))
        let ended = try json(Self.delivery(error == nil ? .delivered : .pending, error: error))
        try await CannedServer.with([
            "POST /api/v1/webhooks/ops/ping": .init(status: 202, body: sent),
            "GET /api/v1/webhooks/ops/deliveries/7": .init(body: sent, next: [ended]),
        ]) { server in
            let outcome = try await run(server, "webhook", "ping", "ops")
            #expect(outcome.status == status, "\(outcome.messages)")
            #expect(outcome.output.contains("msg_11111111-2222-3333-4444-555555555555"))
            #expect(outcome.output.contains(error == nil ? "delivered" : "the receiver answered"))
            #expect(!outcome.output.contains("\u{1b}"))
        }
    }

    @Test("A new secret is printed alone for a script, and said nowhere else")
    func rotate() async throws {
        let secret = APIV1.WebhookSecret(
            id: 3,
            webhook: "ops",
            secret: "whsec_abc",
            previousValidUntil: Samples.at(86_400)
        )
        try await CannedServer.with([
            "POST /api/v1/webhooks/ops/rotate": .init(body: try json(secret))
        ]) { server in
            let outcome = try await run(server, "webhook", "rotate", "ops", "-o", "name")
            #expect(outcome.output == "whsec_abc\n" && outcome.status == 0)
            #expect(!outcome.messages.contains("whsec_abc"))
        }
    }

    @Test("What is replayed is one delivery, or all that failed since a time, and never a guess")
    func replay() async throws {
        let replayed = APIV1.WebhookReplay(webhook: "ops", replayed: 12)
        try await CannedServer.with([
            "POST /api/v1/webhooks/ops/replay": .init(status: 202, body: try json(replayed))
        ]) { server in
            let outcome = try await run(server, "webhook", "replay", "ops", "--since", "2026-01-02T03:04:05Z")
            #expect(outcome.output == "12 deliveries are sent again\n")
            #expect(server.requests[0].body.contains("2026-01-02T03:04:05"))
            for refused in [
                try await run(server, "webhook", "replay", "ops"),
                try await run(server, "webhook", "replay", "ops", "7", "--since", "2d"),
                try await run(server, "webhook", "replay", "ops", "--since", "yesterday"),
            ] { #expect(refused.status == 64) }
            #expect(server.requests.count == 1)
        }
    }
}
