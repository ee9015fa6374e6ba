import FleetModel
import Testing

@Suite struct WebhookDocumentTests {
    @Test(
        "An address is written in one way",
        arguments: [
            ("https://hooks.example.com", "https://hooks.example.com/"),
            ("HTTPS://Hooks.Example.COM:443/a/B?c=%41&d=~", "https://hooks.example.com/a/B?c=%41&d=~"),
            ("http://hooks.example.com:80?x", "http://hooks.example.com/?x"),
            ("http://hooks.example.com:443/", "http://hooks.example.com:443/"),
            ("https://127.0.0.1:8443/x", "https://127.0.0.1:8443/x"),
            ("https://[2001:DB8::1]:8080/", "https://[2001:db8:0:0:0:0:0:1]:8080/"),
            ("https://[::ffff:1.2.3.4]", "https://[0:0:0:0:0:ffff:102:304]/"),
            ("https://0x7f.1/", "https://0x7f.1/"),
        ]
    )
    func written(_ text: String, _ written: String) throws {
        let address = try WebhookAddress(text)
        #expect(address.text == written)
        #expect(try WebhookAddress(written) == address)
    }

    @Test(
        "An address that could be read in two ways, or holds more than where to send, is refused",
        arguments: [
            "", "hooks.example.com", "ftp://a/", "https://", "https:///x", "https://user:pw@a/",
            "https://a@b/",
            "https://a:22/", "https://a:25/", "https://a:0/", "https://a:65536/", "https://a:/",
            "https://a:+80/",
            "https://a:80:80/", "https://a/#x", "https://a\\@b/", "https://a b/", "https://a/\u{7f}",
            "https://a/ä", "https://ä/", "https://a./", "https://.a/", "https://a..b/", "https://-a/",
            "https://a-/",
            "https://a_b/", "https://[::1", "https://[::1]x/", "https://[1.2.3.4]/",
            "https://[fe80::1%25eth0]/",
            "https://[:::1]/", "https://a/\"", "https://a/<x>", "https://a/{x}", "https://%31/",
            "https://a/" + String(repeating: "x", count: 2000),
        ]
    )
    func refused(_ text: String) {
        #expect(throws: WebhookAddress.Fault.self) { try WebhookAddress(text) }
    }

    @Test("A path may be a secret; the receiver is not")
    func receiver() throws {
        #expect(try WebhookAddress("https://a.example:8443/T0/secret?x=1").receiver == "https://a.example")
    }

    @Test(
        "Addresses are read strictly",
        arguments: [
            "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.-4", "1.2.3.+4", " 1.2.3.4", "0x7f.0.0.1",
            "",
            ":", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "12345::", "g::",
            "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "fe80::1%eth0", "::+1",
        ]
    )
    func noAddress(_ text: String) {
        #expect(NetworkAddress(text) == nil)
    }

    @Test("A range holds the addresses with its first bits")
    func ranges() throws {
        let range = try #require(NetworkRange("10.128.0.0/9"))
        let inside = ["10.128.0.0", "10.255.255.255", "10.127.255.255", "11.128.0.0", "::10.128.0.0"].map {
            NetworkAddress($0).map(range.contains) ?? false
        }
        #expect(inside == [true, true, false, false, false])
        #expect(NetworkAddress("8.8.8.8").map { NetworkRange("0.0.0.0/0")?.contains($0) } == true)
        #expect(
            [
                "10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.1/8", "10.0.0.0/", "/8", "::/129", "a/1",
                "10.0.0.0/8/8",
            ]
            .compactMap(NetworkRange.init) == []
        )
    }

    private static let fields = [
        ("name", #""ops""#), ("url", #""https://hooks.example.com/x""#),
        ("eventGroups", #"["NeedsAttention"]"#),
    ]

    /// A webhook in which one field is another one.
    private static func webhook(_ field: String = "", _ value: String = "") -> String {
        let others = fields.filter { $0.0 != field } + (field.isEmpty ? [] : [(field, value)])
        return #"[{"kind": "Webhook", "# + others.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
            + "}]"
    }

    @Test("A webhook is read as it is written")
    func read() throws {
        let text = Self.webhook("projects", #"["shop"]"#)
        let documents = try DocumentReader.read(try decode([JSONValue].self, text))
        let url = try WebhookAddress("https://hooks.example.com/x")
        let webhook = WebhookDocument(
            name: "ops",
            url: url,
            eventGroups: [.needsAttention],
            projects: ["shop"]
        )
        #expect(documents == [.webhook(webhook)])
        #expect(documents.map(\.kind) == ["Webhook"] && documents.map(\.name) == ["ops"])
    }

    @Test(
        "A webhook that says nothing of what and where, or too much, is refused",
        arguments: [
            ("name", "null"), ("url", "null"), ("url", "7"), ("url", #""https://me:pw@a/""#),
            ("eventGroups", "[]"),
            ("eventGroups", #"["Everything"]"#), ("eventCategories", #"["WebhookPing"]"#),
            ("secret", #""x""#),
            ("environments", #"["A"]"#), ("enabled", #""yes""#),
        ]
    )
    func refusedDocument(_ field: String, _ value: String) throws {
        let found = #expect(throws: DocumentFaults.self) {
            try DocumentReader.read(try decode([JSONValue].self, Self.webhook(field, value)))
        }
        #expect(found?.faults.contains { $0.field.hasPrefix("documents[0].\(field)") } == true)
        #expect(found?.faults.contains { $0.message.contains("pw") } == false)
    }
}
