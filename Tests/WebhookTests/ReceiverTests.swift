import FleetModel
import FleetRules
import FleetStore
import HTTPTypes
import Hummingbird
import TestSupport
import Testing
import Webhooks

@Suite struct ReceiverTests {
    private static let loopback = NetworkRange("127.0.0.0/8").map { [$0] } ?? []

    /// A delivery as it is claimed.
    private func delivery(_ url: String, attempt: Int = 1) -> ClaimedDelivery {
        ClaimedDelivery(
            id: ID(7),
            webhookID: ID(1),
            webhook: "ops",
            url: url,
            messageID: "11111111-2222-3333-4444-555555555555",
            payload: #"{"type": "CircuitOpened"}"#,
            attempt: attempt,
            secrets: [WebhookSecret()],
            startedAt: Instant(microseconds: 1_800_000_000_000_000)
        )
    }

    private func receiver(
        allowing: [NetworkRange] = loopback,
        _ names: [String: [String]] = ["receiver.invalid": ["127.0.0.1"]]
    ) -> Receiver {
        Receiver(guarding: AddressGuard(allowing: allowing)) { host in
            if let address = NetworkAddress(host) { return [address] }
            guard let addresses = names[host] else { throw CancellationError() }
            return addresses.compactMap { NetworkAddress($0) }
        }
    }

    @Test(
        "A delivery is posted with its signature, to the address that was judged, under the receiver's name"
    )
    func posted() async throws {
        try await TestReceiver.serve { test in
            let url = "http://receiver.invalid:\(test.port)/hook?x=1"
            #expect(try await receiver().send(delivery(url)) == .answered(status: 204))
            let received = try await test.received.wait()
            #expect(received.path == "/hook" && received.body == #"{"type": "CircuitOpened"}"#)
            #expect(received.id == "msg_11111111-2222-3333-4444-555555555555")
            #expect(received.headers[.contentType] == "application/json")
            #expect(received.headers[.userAgent]?.hasPrefix("tidemark/") == true)
            let signature = received.headers[.init("webhook-signature") ?? .via]
            #expect(signature?.hasPrefix("v1,") == true)
            let secret = try #require(received.headers[.init("webhook-timestamp") ?? .via])
            #expect(secret == "1800000000")
        }
    }

    @Test(
        "What a receiver answers is told, and a redirect is not followed",
        arguments: [200, 302, 307, 410, 429, 500]
    )
    func answered(_ status: Int) async throws {
        try await TestReceiver.serve { test in
            let elsewhere = "http://127.0.0.1:\(test.port)/elsewhere"
            test.answerNext([.status(status, headers: [.location: elsewhere, .retryAfter: "17"])])
            let outcome = try await receiver().send(delivery("http://receiver.invalid:\(test.port)/hook"))
            #expect(outcome == .answered(status: status, retryAfterSeconds: 17))
            let first = try await test.received.wait()
            #expect(first.path == "/hook")
            #expect(
                try await receiver().send(delivery("http://receiver.invalid:\(test.port)/last"))
                    == .answered(status: 204)
            )
            let last = try await test.received.wait()
            #expect(last.path == "/last")
        }
    }

    @Test("An answer without end is read no further than need be")
    func drip() async throws {
        try await TestReceiver.serve { test in
            test.answerAlways(.drip)
            let started = ContinuousClock.now
            let outcome = try await receiver().send(delivery("http://receiver.invalid:\(test.port)/hook"))
            #expect(outcome == .answered(status: 200))
            #expect(ContinuousClock.now - started < .seconds(8))
        }
    }

    @Test(
        "Where no webhook may go is not connected to, whatever it is called",
        arguments: [
            "https://127.0.0.1", "https://[::1]", "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]",
            "https://inside.example", "https://metadata.example", "https://half.example", "https://10.0.0.1",
            "https://169.254.169.254", "https://[64:ff9b::a00:1]", "https://0.0.0.0",
        ]
    )
    func refused(_ origin: String) async throws {
        let names = [
            "inside.example": ["127.0.0.1"], "metadata.example": ["169.254.169.254"],
            "half.example": ["1.1.1.1", "192.168.0.1"],
        ]
        try await TestReceiver.serve { test in
            let outcome = try await receiver(allowing: [], names)
                .send(delivery("\(origin):\(test.port)/latest/meta-data"))
            guard case .unreachable(let reason) = outcome else {
                Issue.record("\(origin) answered: \(outcome)")
                return
            }
            #expect(reason.hasPrefix("refused: "))
        }
    }

    @Test(
        "A name that resolves to this host is refused, asked of the system's resolver",
        arguments: ["localhost", "127.1", "0x7f.1", "2130706433", "017700000001"]
    )
    func systemNames(_ host: String) async throws {
        let resolver = NameResolver()
        let receiver = Receiver(guarding: AddressGuard(), resolve: resolver.addresses(of:))
        let outcome = try await receiver.send(delivery("https://\(host)/"))
        await resolver.close()
        guard case .unreachable(let reason) = outcome else {
            Issue.record("\(host) answered: \(outcome)")
            return
        }
        #expect(reason.hasPrefix("refused: "), "\(reason)")
    }

    @Test("A name that turns into another address after it was judged leads nowhere else")
    func rebinding() async throws {
        try await TestReceiver.serve { test in
            // The system's resolver would say ::1 and 127.0.0.1 of this name; the one that judges says where nobody listens.
            let receiver = receiver(
                allowing: [NetworkRange("127.0.0.0/8")].compactMap { $0 },
                ["localhost": ["127.9.9.9"]]
            )
            let outcome = try await receiver.send(delivery("http://localhost:\(test.port)/"))
            guard case .unreachable = outcome else {
                Issue.record("the name was asked for again: \(outcome)")
                return
            }
        }
    }

    @Test("Without TLS nothing is sent but to receivers that the operator named")
    func plain() async throws {
        let outcome = try await receiver(allowing: [], ["public.example": ["1.1.1.1"]])
            .send(delivery("http://public.example/"))
        #expect(
            outcome
                == .unreachable(
                    "refused: only receivers in --webhook-allow-private may be sent to without TLS: use https"
                )
        )
    }

    @Test("A receiver of which one address is dead is reached at another one")
    func secondAddress() async throws {
        try await TestReceiver.serve { test in
            let receiver = receiver(["receiver.invalid": ["127.9.9.9", "127.0.0.1"]])
            for attempt in 1...2 {
                let url = "http://receiver.invalid:\(test.port)/hook"
                let outcome = try await receiver.send(delivery(url, attempt: attempt))
                #expect(outcome == .answered(status: 204))
            }
        }
    }

    @Test("Nobody there, and no such name, are told in words")
    func nobody() async throws {
        let refused = try await receiver().send(delivery("http://receiver.invalid:1024/"))
        #expect(refused == .unreachable("Connection refused (127.0.0.1)"))
        let resolver = NameResolver()
        let real = Receiver(guarding: AddressGuard(), resolve: resolver.addresses(of:))
        let unknown = try await real.send(delivery("https://nowhere.invalid/"))
        await resolver.close()
        guard case .unreachable(let reason) = unknown else {
            Issue.record("nowhere answered: \(unknown)")
            return
        }
        #expect(reason.hasPrefix("the name 'nowhere.invalid'"))
    }
}
