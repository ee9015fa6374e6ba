import Crypto
package import FleetModel
package import FleetStore
import FoundationEssentials

/// The headers by which a receiver knows that a delivery comes from here, is whole and is new: Standard Webhooks 1.0,
/// `v1`, which is HMAC-SHA256 over `ID.SECONDS.BODY`.
package enum WebhookSignature {
    /// Each secret gives a signature, so that a receiver may hold the old one or the new one while it is replaced.
    package static func headers(
        messageID: String,
        at time: Instant,
        body: String,
        secrets: [WebhookSecret]
    ) -> [(name: String, value: String)] {
        let id = "msg_" + messageID
        let seconds = String(time.microseconds / 1_000_000)
        let signed = Array("\(id).\(seconds).\(body)".utf8)
        let signatures = secrets.compactMap(\.key).map { key in
            let code = HMAC<SHA256>.authenticationCode(for: signed, using: SymmetricKey(data: key))
            return "v1," + Data(code).base64EncodedString()
        }
        return [
            ("webhook-id", id), ("webhook-timestamp", seconds),
            ("webhook-signature", signatures.joined(separator: " ")),
        ]
    }
}
