/// Reads fixed-width numbers from a time written in ASCII, front to back.
struct DigitReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    /// A number of exactly `width` digits, or nil.
    mutating func number(_ width: Int) -> Int? {
        guard rest.count >= width else { return nil }
        var value = 0
        for byte in rest.prefix(width) {
            guard (48...57).contains(byte) else { return nil }
            value = value * 10 + Int(byte - 48)
        }
        rest.removeFirst(width)
        return value
    }

    /// Up to six digits after the point, as microseconds; further digits are refused.
    mutating func fractionMicroseconds() -> Int? {
        let width = rest.prefix { (48...57).contains($0) }.count
        guard (1...6).contains(width), let value = number(width) else { return nil }
        return (width..<6).reduce(value) { scaled, _ in scaled * 10 }
    }

    /// `Z`, `+hh`, `+hhmm` or `+hh:mm`, as seconds east of UTC.
    mutating func offsetSeconds() -> Int? {
        if skip("Z") { return 0 }
        let sign = skip("+") ? 1 : (skip("-") ? -1 : 0)
        guard sign != 0, let hours = number(2) else { return nil }
        _ = skip(":")
        let minutes = isAtEnd ? 0 : number(2)
        guard let minutes, hours < 24, minutes < 60 else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
