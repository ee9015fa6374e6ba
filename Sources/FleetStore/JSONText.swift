import FoundationEssentials

/// JSON for the jsonb columns, and back.
package enum JSONText {
    /// Keys are sorted, so that equal values give equal texts.
    package static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    package static func decode<Value: Decodable>(_ type: Value.Type = Value.self, from text: String) throws
        -> Value
    {
        try JSONDecoder().decode(type, from: Array(text.utf8).withUnsafeBytes { Data($0) })
    }

    /// A flat object; strings always encode, so this cannot fail.
    static func object(_ pairs: [String: String]) -> String {
        (try? encode(pairs)) ?? "{}"
    }
}
