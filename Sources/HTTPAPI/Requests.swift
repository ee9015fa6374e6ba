package import FleetModel
import FleetStore
import FoundationEssentials
import HTTPTypes
package import Hummingbird
package import NIOCore

extension APIRequestContext {
    /// A parameter of the path, percent-decoded.
    package func parameter(_ name: String) throws -> String {
        let raw = try parameters.require(name)
        guard let text = PercentEncoding.decode(raw) else {
            throw Problem.badRequest("path.\(name)", "is not valid percent-encoding of UTF-8")
        }
        return text
    }

    /// A parameter of the path that must be a number.
    package func id<Subject>(_ name: String, of what: String) throws -> ID<Subject> {
        let text = try parameter(name)
        guard let number = Int64(text), number > 0 else { throw StoreError.notFound(what: what, which: text) }
        return ID(number)
    }
}

extension Request {
    /// A parameter of the query; empty counts as absent.
    package func query(_ name: String) -> String? {
        uri.queryParameters[name[...]].flatMap { $0.isEmpty ? nil : String($0) }
    }

    /// One of a few words in the query.
    package func query<Word: RawRepresentable<String> & CaseIterable>(_ name: String, as type: Word.Type)
        throws
        -> Word?
    {
        guard let text = query(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.badRequest("query.\(name)", "is '\(text.prefix(100))', and must be one of \(words)")
        }
        return word
    }

    package func query(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = query(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let limits = "\(range.lowerBound) to \(range.upperBound)"
            throw Problem.badRequest(
                "query.\(name)",
                "is '\(text.prefix(100))', and must be a number of \(limits)"
            )
        }
        return number
    }

    /// A time in the query, as RFC 3339.
    func instant(_ name: String) throws -> Instant? {
        guard let text = query(name) else { return nil }
        // A plus sign in a query is a space to most who write one.
        guard let instant = Instant(text) ?? Instant(text.replacing(" ", with: "+")) else {
            throw Problem.badRequest(
                "query.\(name)",
                "is '\(text.prefix(100))', and must be a time such as 2026-01-02T03:04:05Z"
            )
        }
        return instant
    }

    /// A number that must be in the query.
    func requiredNumber(_ name: String) throws -> Int64 {
        guard let number = query(name).flatMap({ Int64($0) }), number >= 0 else {
            throw Problem.badRequest("query.\(name)", "is missing or no whole number from 0 on")
        }
        return number
    }

    /// The whole body, bounded.
    package func bytes(upTo limit: Int = Limits.bodyBytes) async throws -> ByteBuffer {
        if let length = headers[.contentLength].flatMap({ Int64($0) }), length > Int64(limit) {
            throw Problem.tooLarge(Int64(limit))
        }
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw Problem.tooLarge(Int64(limit))
        }
    }
}

/// `%41` to `A`.
enum PercentEncoding {
    /// nil when it is not the encoding of UTF-8 text.
    static func decode(_ text: String) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            // Digits only: `UInt8("+5", radix: 16)` is a number, and `%+5` is no byte.
            guard let digits = String(rest.prefix(2)), digits.utf8.count == 2,
                digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16)
            else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
