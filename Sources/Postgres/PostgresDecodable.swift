/// A value that can be read from a column.
package protocol PostgresDecodable {
    /// Reads PostgreSQL's text form of the value.
    init(postgresText: String) throws

    /// What NULL reads as; nil if NULL is no such value.
    static var postgresNull: Self? { get }

    /// Reads a list of such values: an array literal, except that a list of bytes is a `bytea`.
    static func list(postgresText: String) throws -> [Self]
}

/// Text that is not a value of the type that was asked for. `Row` adds the column, the row and the statement.
struct TextNotDecodable: Error {}

extension PostgresDecodable {
    package static var postgresNull: Self? { nil }

    package static func list(postgresText: String) throws -> [Self] {
        try ArrayLiteral.read(postgresText).map { element in
            if let element { return try Self(postgresText: element) }
            guard let null = postgresNull else { throw TextNotDecodable() }
            return null
        }
    }

    fileprivate init(_ value: Self?) throws {
        guard let value else { throw TextNotDecodable() }
        self = value
    }
}

/// So that `enum Phase: String, PostgresDecodable` needs nothing more.
extension PostgresDecodable where Self: RawRepresentable<String> {
    package init(postgresText: String) throws { try self.init(Self(rawValue: postgresText)) }
}

extension String: PostgresDecodable {
    package init(postgresText: String) { self = postgresText }
}

extension Bool: PostgresDecodable {
    package init(postgresText: String) throws {
        switch postgresText {
        case "t": self = true
        case "f": self = false
        default: throw TextNotDecodable()
        }
    }
}

extension Double: PostgresDecodable {
    package init(postgresText: String) throws { try self.init(Double(postgresText)) }
}

extension Int: PostgresDecodable {
    package init(postgresText: String) throws { try self.init(Int(postgresText)) }
}

extension Int32: PostgresDecodable {
    package init(postgresText: String) throws { try self.init(Int32(postgresText)) }
}

extension Int64: PostgresDecodable {
    package init(postgresText: String) throws { try self.init(Int64(postgresText)) }
}

extension UInt64: PostgresDecodable {
    package init(postgresText: String) throws { try self.init(UInt64(postgresText)) }
}

extension UInt8: PostgresDecodable {
    package init(postgresText: String) throws { try self.init(UInt8(postgresText)) }

    package static func list(postgresText: String) throws -> [UInt8] { try Hex.read(postgresText) }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package init(postgresText: String) throws { self = try Wrapped(postgresText: postgresText) }

    package static var postgresNull: Wrapped?? { .some(nil) }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    package init(postgresText: String) throws { self = try Element.list(postgresText: postgresText) }
}
