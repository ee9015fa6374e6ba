import FleetModel
import Testing

@Suite struct JSONValueTests {
    static let pairs: [(String, JSONValue)] = [
        ("null", .null),
        ("true", .bool(true)),
        ("0", .int(0)),
        ("1", .int(1)),
        ("-9223372036854775808", .int(.min)),
        ("9223372036854775807", .int(.max)),
        ("9007199254740993", .int(9_007_199_254_740_993)),
        ("0.5", .double(0.5)),
        (#""1""#, .string("1")),
        (#""true""#, .string("true")),
        ("[]", .array([])),
        ("{}", .object([:])),
        (#"{"a":[1,{"b":null}]}"#, .object(["a": .array([.int(1), .object(["b": .null])])])),
    ]

    @Test("JSON is read as what it is, whole numbers exactly", arguments: pairs)
    func reads(_ json: String, _ value: JSONValue) throws {
        #expect(try decode(JSONValue.self, json) == value)
    }

    @Test("What was read is written as it was", arguments: pairs)
    func writes(_ json: String, _ value: JSONValue) throws {
        #expect(try decode(JSONValue.self, try wire(value)) == value)
    }
}
