/// A point in time to the microsecond, as PostgreSQL keeps it: a `Double` of seconds would lose digits.
///
/// In JSON and text it is RFC 3339 in UTC: `2026-01-02T03:04:05.123456Z`.
package struct Instant: Hashable, Sendable, Comparable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    package static func < (left: Self, right: Self) -> Bool {
        left.microseconds < right.microseconds
    }

    package func adding(seconds: Int) -> Instant {
        Instant(microseconds: microseconds + Int64(seconds) * 1_000_000)
    }

    /// Seconds from `earlier` to `self`, negative when `self` is the earlier one.
    package func seconds(since earlier: Instant) -> Double {
        Double(microseconds - earlier.microseconds) / 1_000_000
    }
}

extension Instant: CustomStringConvertible {
    /// The RFC 3339 form.
    package var description: String {
        let days = Int(microseconds.flooredQuotient(by: 86_400_000_000))
        let withinDay = Int(microseconds - Int64(days) * 86_400_000_000)
        let date = CivilDate(daysSinceEpoch: days)
        let second = withinDay / 1_000_000
        return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
            + "T" + padded(second / 3600, 2) + ":" + padded(second / 60 % 60, 2) + ":"
            + padded(second % 60, 2)
            + "." + padded(withinDay % 1_000_000, 6) + "Z"
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Instant: LosslessStringConvertible {
    /// Reads RFC 3339 and PostgreSQL's ISO output: `T` or a space, any fraction up to six digits, `Z` or an offset.
    package init?(_ text: String) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T") || reader.skip(" "), let hour = reader.number(2),
            reader.skip(":"), let minute = reader.number(2), reader.skip(":"), let second = reader.number(2)
        else { return nil }
        let fraction = reader.skip(".") ? reader.fractionMicroseconds() : 0
        guard let fraction, let offset = reader.offsetSeconds(), reader.isAtEnd,
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        // 30 February has a number too: that of 2 March.
        guard CivilDate(daysSinceEpoch: date.daysSinceEpoch) == date else { return nil }
        let days = Int64(date.daysSinceEpoch)
        let seconds = days * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset)
        // Years 1 to 9999 in UTC: others have no four digits, and PostgreSQL has no year 0.
        guard (-62_135_596_800..<253_402_300_800).contains(seconds) else { return nil }
        self.init(microseconds: seconds * 1_000_000 + Int64(fraction))
    }
}

extension Instant: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = Instant(text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is not an RFC 3339 time such as 2026-01-02T03:04:05Z"
            )
        }
        self = instant
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    fileprivate func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
