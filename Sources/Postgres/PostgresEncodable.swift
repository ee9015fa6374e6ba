/// A value that can be a bind of a statement.
package protocol PostgresEncodable: Sendable {
    /// PostgreSQL's text form of the value; nil is NULL.
    var postgresText: String? { get }

    /// The text form of a list of such values. An array literal, except that a list of bytes is a `bytea`.
    static func postgresText(ofList list: [Self]) -> String
}

extension PostgresEncodable {
    package static func postgresText(ofList list: [Self]) -> String {
        ArrayLiteral.write(list.map(\.postgresText))
    }
}

/// So that `enum Phase: String, PostgresEncodable` needs nothing more.
extension PostgresEncodable where Self: RawRepresentable<String> {
    package var postgresText: String? { rawValue }
}

extension String: PostgresEncodable {
    package var postgresText: String? { self }
}

extension Bool: PostgresEncodable {
    package var postgresText: String? { self ? "true" : "false" }
}

extension Double: PostgresEncodable {
    package var postgresText: String? {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Infinity" : "Infinity" }
        return description
    }
}

extension Int: PostgresEncodable {
    package var postgresText: String? { String(self) }
}

extension Int32: PostgresEncodable {
    package var postgresText: String? { String(self) }
}

extension Int64: PostgresEncodable {
    package var postgresText: String? { String(self) }
}

extension UInt64: PostgresEncodable {
    package var postgresText: String? { String(self) }
}

extension UInt8: PostgresEncodable {
    package var postgresText: String? { String(self) }

    package static func postgresText(ofList list: [UInt8]) -> String { Hex.write(list) }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package var postgresText: String? { self.flatMap(\.postgresText) }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
    package var postgresText: String? { Element.postgresText(ofList: self) }
}
