import FleetModel
import FleetRules
import Testing

@Suite struct AddressGuardTests {
    private func refusal(_ text: String, allowing: [String] = []) throws -> String? {
        let ranges = try allowing.map { try #require(NetworkRange($0)) }
        return AddressGuard(allowing: ranges).refusal(of: try #require(NetworkAddress(text)))
    }

    @Test(
        "What is public is let through",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
            "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700:4700::1111",
            "2a00:1450:4001:81b::200e", "2001:200::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
        ]
    )
    func isPublic(_ address: String) throws {
        #expect(try refusal(address) == nil)
    }

    @Test(
        "What is not public is refused, in whatever form it comes, unless the operator names it",
        arguments: [
            ("127.0.0.1", "127.0.0.0/8"), ("127.255.255.255", "127.0.0.0/8"), ("::1", "::1/128"),
            ("::ffff:127.0.0.1", "127.0.0.0/8"), ("::ffff:7f00:1", "127.0.0.0/8"),
            ("64:ff9b::7f00:1", "127.0.0.0/8"), ("64:ff9b::10.1.2.3", "10.0.0.0/8"),
            ("10.0.0.0", "10.0.0.0/8"), ("10.255.255.255", "10.0.0.0/8"), ("172.16.0.0", "172.16.0.0/12"),
            ("172.31.255.255", "172.16.0.0/12"), ("192.168.0.1", "192.168.0.0/24"),
            ("100.64.0.0", "100.64.0.0/10"), ("100.127.255.255", "100.64.0.0/10"),
            ("192.0.0.8", "192.0.0.0/24"),
            ("192.0.2.1", "192.0.2.0/24"), ("192.88.99.1", "192.88.99.0/24"),
            ("198.19.255.255", "198.18.0.0/15"),
            ("198.51.100.7", "198.51.100.0/24"), ("203.0.113.9", "203.0.113.0/24"),
            ("240.0.0.1", "240.0.0.0/4"),
            ("fc00::1", "fc00::/7"), ("fdff::1", "fc00::/7"), ("fec0::1", "fec0::/10"), ("::2", "::/96"),
            ("::127.0.0.1", "::/96"), ("100::1", "100::/64"), ("2001::1", "2001::/32"),
            ("2001:db8::1", "2001:db8::/32"),
            ("2002:7f00:1::", "2002::/16"), ("64:ff9b:1::1", "64:ff9b:1::/48"), ("3fff::1", "3fff::/20"),
            ("4000::1", "4000::/16"),
        ]
    )
    func isEnclosed(_ address: String, _ range: String) throws {
        #expect(try refusal(address)?.contains("--webhook-allow-private") == true)
        #expect(try refusal(address, allowing: [range]) == nil)
        #expect(try refusal(address, allowing: ["10.99.0.0/16", "fd99::/16"]) != nil)
    }

    @Test(
        "Where a cloud keeps its credentials, and where nobody is, no setting lets a webhook go",
        arguments: [
            "169.254.169.254", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe",
            "169.254.0.1",
            "fe80::1", "febf::1", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "0.1.2.3", "::", "224.0.0.1",
            "239.255.255.255", "255.255.255.255", "ff02::1",
        ]
    )
    func isNever(_ address: String) throws {
        #expect(try refusal(address) != nil)
        #expect(try refusal(address, allowing: ["0.0.0.0/0", "::/0"])?.contains("no setting") == true)
    }

    @Test("Only where the operator lets webhooks go may they go without TLS")
    func plain() throws {
        let guarding = AddressGuard(allowing: [try #require(NetworkRange("10.0.0.0/8"))])
        let named = ["10.1.2.3", "::ffff:10.1.2.3", "8.8.8.8", "192.168.0.1"].map { text in
            NetworkAddress(text).map(guarding.isNamed) ?? false
        }
        #expect(named == [true, true, false, false])
    }
}
