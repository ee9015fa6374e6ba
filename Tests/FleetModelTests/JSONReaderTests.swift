import FleetModel
import Testing

@Suite struct JSONReaderTests {
    private func fault(_ text: String) -> JSONReader.Fault? {
        do throws(JSONReader.Fault) {
            _ = try JSONReader.read(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "The first byte that cannot be there is named by line and column",
        arguments: [
            (#"{"a": }"#, 1, 7), ("{\n  \"a\": 1,\n}", 3, 1), ("[1, 2", 1, 6), (#"{"a": "b}"#, 1, 7),
            ("[tru]", 1, 2),
            ("[] x", 1, 4), ("", 1, 1), (#"{"a" 1}"#, 1, 6), ("[01]", 1, 2), ("[1.]", 1, 2), ("[+1]", 1, 2),
            ("[1e999]", 1, 2), (#"["\x"]"#, 1, 2), (#"["\ud800"]"#, 1, 2), (#"["\udc00\ud800"]"#, 1, 2),
        ]
    )
    func faults(_ text: String, _ line: Int, _ column: Int) throws {
        let found = try #require(fault(text))
        #expect([found.line, found.column] == [line, column])
        #expect(found.reason == nil)
    }

    @Test("What is JSON is read, to the last digit")
    func values() throws {
        let text =
            #" {"a":[1,-2.5e3,true,null,"\"x\\\/\n"],"b":{"c":"\u00e9\ud83d\ude00"},"n":9223372036854775807} "#
        #expect(
            try JSONReader.read(Array(text.utf8))
                == .object([
                    "a": .array([.int(1), .int(-2500), .bool(true), .null, .string("\"x\\/\n")]),
                    "b": .object(["c": .string("é😀")]), "n": .int(.max),
                ])
        )
        #expect(try JSONReader.read(Array("9223372036854775808".utf8)) == .double(9_223_372_036_854_775_808))
        #expect(try JSONReader.read(Array("9007199254740993.0".utf8)) == .double(0x1p53))
        #expect(try JSONReader.read([0xEF, 0xBB, 0xBF, 0x31]) == .int(1))
    }

    @Test(
        "F7 the largest body of the deepest nesting is read in a moment, and a deeper one is refused in words"
    )
    func depth() throws {
        func nested(_ depth: Int, around inner: String) -> String {
            String(repeating: "[", count: depth) + inner + String(repeating: "]", count: depth)
        }
        let strings = Array(repeating: "\"\"", count: 340_000).joined(separator: ",")
        let clock = ContinuousClock()
        let start = clock.now
        _ = try JSONReader.read(Array(nested(JSONReader.deepest - 1, around: strings).utf8))
        #expect(clock.now - start < .seconds(10), "Foundation's decoder takes minutes")
        let deep = try #require(fault(nested(100_000, around: "")))
        #expect(deep.reason == "is nested deeper than 128 levels")
        #expect([deep.line, deep.column] == [1, 129])
    }
}
