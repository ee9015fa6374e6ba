import FleetModel
import Testing

@Suite struct SecretValueRuleTests {
    @Test(
        "A value of 8 bytes to 16 KiB is taken, bytes and not characters counted",
        arguments: ["12345678", "åäö§", String(repeating: "x", count: 16 * 1024), "two\nlines "]
    )
    func good(_ value: String) {
        #expect(SecretValueRule.fault(of: value) == nil)
    }

    @Test(
        "What cannot be a value is refused with the reason, and without the value",
        arguments: [
            ("", "has 0 bytes beside line ends, and must have at least 8"),
            ("1234567\r\n\n", "has 7 bytes beside line ends, and must have at least 8"),
            ("hunter2", "to mask a shorter one wherever it stands would destroy the log"),
            (String(repeating: "x", count: 16 * 1024 + 1), "has 16385 bytes, and must have at most 16384"),
            ("hunter2\u{0}hunter2", "holds the character U+0000"),
        ]
    )
    func bad(_ value: String, _ reason: String) throws {
        let fault = try #require(SecretValueRule.fault(of: value))
        #expect(fault.contains(reason))
        #expect(value.isEmpty || !fault.contains(value))
    }

    @Test("A request with a value in it says nothing of it when it is printed")
    func printed() {
        let request = APIV1.SecretRequest(value: "hunter2hunter2")
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped, "\([request])"] {
            #expect(!text.contains("hunter2"))
        }
    }
}
