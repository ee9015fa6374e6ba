/// Spans of time as people write them in documents and settings: `250ms`, `15s`, `5m`, `2h`, `7d`.
package struct DurationText: Sendable, Equatable {
    package let milliseconds: Int64

    package var seconds: Int { Int(milliseconds / 1000) }

    /// Reads a whole number and a unit; nil for anything else, and for more than ten years.
    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), !digits.isEmpty else { return nil }
        let unit: Int64? =
            switch text.dropFirst(digits.count) {
            case "ms": 1
            case "s": 1000
            case "m": 60_000
            case "h": 3_600_000
            case "d": 86_400_000
            default: nil
            }
        guard let unit else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit)
        guard !overflow, product <= 3650 * 86_400_000 else { return nil }
        milliseconds = product
    }

    /// The shortest text for a whole number of seconds: `90s`, `5m`, `1h`.
    package static func text(seconds: Int) -> String {
        for (unit, size) in [("d", 86_400), ("h", 3600), ("m", 60)] where seconds != 0 && seconds % size == 0
        {
            return "\(seconds / size)\(unit)"
        }
        return "\(seconds)s"
    }
}
