import FleetModel
import FleetStore
import Testing
import Webhooks

@Suite struct WebhookSignatureTests {
    private static let published = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func headers(_ secrets: [String]) -> [String: String] {
        let headers = WebhookSignature.headers(
            messageID: "p5jXN8AQM9LWM0D4loKWxJek",
            at: Instant(microseconds: 1_614_265_330_999_999),
            body: #"{"test": 2432232314}"#,
            secrets: secrets.map(WebhookSecret.init(text:))
        )
        return Dictionary(uniqueKeysWithValues: headers.map { ($0.name, $0.value) })
    }

    @Test("The published example of Standard Webhooks is signed as published")
    func example() {
        #expect(
            headers([Self.published]) == [
                "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "webhook-timestamp": "1614265330",
                "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            ]
        )
    }

    @Test("While a secret is replaced, the new one signs and the old one beside it")
    func rotation() throws {
        let new = WebhookSecret().text
        let signatures = try #require(headers([new, Self.published])["webhook-signature"]).split(
            separator: " "
        )
        #expect(signatures.count == 2 && signatures[0] != signatures[1])
        #expect(signatures[1] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(signatures[0] == headers([new])["webhook-signature"].map { $0[...] })
    }
}
