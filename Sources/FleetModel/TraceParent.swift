/// Who asked for something, across programs: the header `traceparent` of W3C Trace Context, level 1. Whoever looks at the
/// trace of a build finds the requests, the deployment and the scripts that came of it under one id.
package struct TraceParent: Sendable, Equatable, CustomStringConvertible {
    /// 32 hexadecimal digits, not all zero.
    package let traceID: String
    /// 16 hexadecimal digits, not all zero: the span that asks.
    package let parentID: String
    /// Bit 0: sampled.
    package let flags: UInt8

    private init(traceID: String, parentID: String, flags: UInt8) {
        self.traceID = traceID
        self.parentID = parentID
        self.flags = flags
    }

    /// nil when it is not one; a later version is read as far as this one knows it, as the standard asks.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, Self.isHexadecimal(parts[0], 2), parts[0] != "ff",
            Self.isID(parts[1], 32), Self.isID(parts[2], 16), Self.isHexadecimal(parts[3], 2),
            let flags = UInt8(parts[3], radix: 16)
        else { return nil }
        guard parts[0] != "00" || parts.count == 4 else { return nil }
        self.init(traceID: String(parts[1]), parentID: String(parts[2]), flags: flags)
    }

    /// A trace that begins here, from random numbers; zero, which no id may be, becomes one.
    package init(random high: UInt64, _ low: UInt64, span: UInt64) {
        self.init(
            traceID: Self.digits(high) + Self.digits(max(1, low)),
            parentID: Self.digits(max(1, span)),
            flags: 1
        )
    }

    /// The same trace, as this program's own span passes it on.
    package func passed(by span: UInt64) -> TraceParent {
        TraceParent(traceID: traceID, parentID: Self.digits(max(1, span)), flags: flags)
    }

    package var description: String {
        let digits = String(flags, radix: 16)
        return "00-\(traceID)-\(parentID)-\(digits.count == 1 ? "0" : "")\(digits)"
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func isID(_ text: Substring, _ length: Int) -> Bool {
        isHexadecimal(text, length) && text.contains { $0 != "0" }
    }

    /// Lower case only.
    private static func isHexadecimal(_ text: Substring, _ length: Int) -> Bool {
        text.utf8.count == length
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
