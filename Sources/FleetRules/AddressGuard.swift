package import FleetModel

/// Keeps webhooks out of the network that the nodes stand in: an address that somebody typed must not make a node
/// speak to itself, to its neighbours, or to the service that hands out a cloud's credentials.
///
/// The ranges are those of the IANA special-purpose address registries; of IPv6 only what is global unicast is let
/// through at all.
package struct AddressGuard: Sendable, Equatable {
    /// Internal receivers that an operator lets nodes send to.
    package let allowed: [NetworkRange]

    package init(allowing allowed: [NetworkRange] = []) {
        self.allowed = allowed
    }

    /// Why nothing is sent to the address; nil: it may be.
    package func refusal(of address: NetworkAddress) -> String? {
        let meant = Self.meant(by: address)
        if let what = Self.never.first(where: { $0.range.contains(meant) })?.what {
            return "\(address) is \(what), where no setting lets webhooks go"
        }
        guard !allowed.contains(where: { $0.contains(meant) }) else { return nil }
        if let what = Self.inside.first(where: { $0.range.contains(meant) })?.what {
            return "\(address) is \(what); --webhook-allow-private may let webhooks go there"
        }
        guard meant.bytes.count == 4 || Self.global.contains(where: { $0.contains(meant) }) else {
            return "\(address) is no public address; --webhook-allow-private may let webhooks go there"
        }
        return nil
    }

    /// Whether the operator named the address: there, and nowhere else, may be sent without TLS.
    package func isNamed(_ address: NetworkAddress) -> Bool {
        let meant = Self.meant(by: address)
        return allowed.contains { $0.contains(meant) }
    }

    /// The IPv4 address that an IPv6 one leads to: IPv4-mapped, or through a translator (RFC 6052).
    private static func meant(by address: NetworkAddress) -> NetworkAddress {
        let leads = embedding.contains { $0.contains(address) }
        return leads ? NetworkAddress(bytes: Array(address.bytes.suffix(4))) ?? address : address
    }

    private struct Kind: Sendable {
        let range: NetworkRange
        let what: String
    }

    private static func kinds(_ rows: [(String, String)]) -> [Kind] {
        rows.compactMap { text, what in NetworkRange(text).map { Kind(range: $0, what: what) } }
    }

    private static let embedding = ["::ffff:0:0/96", "64:ff9b::/96"].compactMap(NetworkRange.init)
    private static let global = ["2000::/3"].compactMap(NetworkRange.init)

    private static let never = kinds([
        ("0.0.0.0/8", "this host itself"), ("::/128", "this host itself"),
        ("169.254.0.0/16", "link-local, as a cloud's metadata service is"), ("fe80::/10", "link-local"),
        ("fd00:ec2::/32", "a cloud's metadata service"), ("100.100.100.200/32", "a cloud's metadata service"),
        ("224.0.0.0/4", "multicast"), ("ff00::/8", "multicast"), ("255.255.255.255/32", "broadcast"),
    ])

    private static let inside = kinds([
        ("127.0.0.0/8", "loopback"), ("::1/128", "loopback"),
        ("10.0.0.0/8", "private"), ("172.16.0.0/12", "private"), ("192.168.0.0/16", "private"),
        ("fc00::/7", "private"), ("fec0::/10", "private"), ("100.64.0.0/10", "shared by a provider"),
        ("192.0.0.0/24", "reserved"), ("192.0.2.0/24", "for documentation"), ("192.88.99.0/24", "reserved"),
        ("198.18.0.0/15", "for measurements"), ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"), ("240.0.0.0/4", "reserved"),
        // Tunnels and identifiers, which may carry any IPv4 address: Teredo, ORCHID, 6to4, local translators.
        ("2001::/23", "reserved"), ("2002::/16", "a tunnel"), ("64:ff9b:1::/48", "a local translator"),
        ("2001:db8::/32", "for documentation"), ("3fff::/20", "for documentation"),
    ])
}
