/// A statement with its values apart from its text, so that no value can ever be read as SQL.
///
/// Written as a string: `"SELECT name FROM machine WHERE id = \(id)"`. Each value becomes a bind, sent as
/// text whose type the server infers; write `\(value)::jsonb` where it cannot. Printing shows `****` for
/// every value.
package struct SQL: ExpressibleByStringInterpolation, Sendable, CustomStringConvertible {
    /// The text for the server, with `$1`, `$2`, ... for the values.
    package let text: String
    /// The values, in order; nil is NULL.
    package let binds: [String?]
    /// The text with `****` for the values: what logs and errors may show.
    package let description: String

    package init(stringLiteral value: String) {
        text = value
        binds = []
        description = value
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        binds = stringInterpolation.binds
        description = stringInterpolation.redacted
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var redacted = ""
        fileprivate var binds: [String?] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + 3 * interpolationCount)
            redacted.reserveCapacity(literalCapacity + 4 * interpolationCount)
            binds.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) {
            text += literal
            redacted += literal
        }

        /// A value.
        package mutating func appendInterpolation(_ value: some PostgresEncodable) {
            appendBind(value.postgresText)
        }

        /// A value, or NULL. Because: the compiler takes an optional in the generic form above for an
        /// oversight.
        package mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            appendBind(value?.postgresText)
        }

        /// The name of a table, column, schema or channel, which cannot be a bind: quoted, so case-sensitive.
        package mutating func appendInterpolation(identifier: String) {
            appendLiteral(
                "\""
                    + identifier.split(separator: "\"", omittingEmptySubsequences: false)
                    .joined(separator: "\"\"") + "\""
            )
        }

        private mutating func appendBind(_ value: String?) {
            binds.append(value)
            text += "$\(binds.count)"
            redacted += "****"
        }
    }
}
