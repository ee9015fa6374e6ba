import FleetModel
import Glibc

/// What says where a webhook may go: read otherwise than the system reads it, it would be judged otherwise, too.
enum NetworkParsers {
    static let all = [
        FuzzParser(
            "webhook-address",
            words: [
                "https://", "http://", "@", ":443", ":8443", "[::1]", "#", "?", "/", "\\", "%41", "..",
                "xn--", "127.0.0.1",
            ],
            text: webhookAddress
        ),
        FuzzParser(
            "network",
            words: ["10.0.0.0/8", "::", "ffff:", "/32", "/128", ".", ":", "fd00::/8", "255", "0", "%eth0"],
            text: network
        ),
    ]

    private static func webhookAddress(_ text: String) -> String? {
        let address: WebhookAddress
        do throws(WebhookAddress.Fault) {
            address = try WebhookAddress(text)
        } catch {
            return error.description.isEmpty ? "says nothing" : nil
        }
        guard let again = try? WebhookAddress(address.text) else {
            return "\(address.text) cannot be read again"
        }
        if again != address { return "\(address.text) became \(again.text)" }
        let hasTrap = address.host.contains { "@/\\?#% ".contains($0) } || address.target.contains("#")
        return hasTrap || !address.target.hasPrefix("/") ? "a trap in \(address.text)" : nil
    }

    private static func network(_ text: String) -> String? {
        if let range = NetworkRange(text) {
            guard range.contains(range.first) else { return "\(range) does not hold its first address" }
            return FuzzParser.unequal("written", range, NetworkRange(range.description) ?? range)
        }
        let read = NetworkAddress(text)
        // Text with a zero in it ends there for C.
        guard !text.utf8.contains(0) else { return read == nil ? nil : "a zero in an address" }
        let known = system(text)
        if let read, read.bytes != known { return "\(read.bytes), and the system reads \(known ?? [])" }
        if read == nil, let known { return "nothing, and the system reads \(known)" }
        guard let read else { return nil }
        return FuzzParser.unequal("written", read, NetworkAddress(read.description) ?? read)
    }

    private static func system(_ text: String) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
        return inet_pton(AF_INET6, text, &bytes) == 1 ? bytes : nil
    }
}
