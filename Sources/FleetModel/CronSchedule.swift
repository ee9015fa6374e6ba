/// When something is to happen, as five cron fields in UTC: minute, hour, day of the month, month, day of the week.
///
/// A field is `*`, a number, a range `a-b`, either of the last two or `*` with a step `/n`, or a list of those. Days of the
/// week are 0 (Sunday) to 6. As in POSIX, when both the day of the month and the day of the week are restricted, one of
/// the two is enough. Strict: no names, no seconds, no `@daily`, no `7` for Sunday.
package struct CronSchedule: Sendable, Equatable {
    private let minutes: Set<Int>
    private let hours: Set<Int>
    private let days: Set<Int>
    private let months: Set<Int>
    private let weekdays: Set<Int>
    private let daysAreAny: Bool
    private let weekdaysAreAny: Bool

    /// The longest gap of a schedule that ever comes: 29 February over a century without a leap year.
    private static let mostDays = 8 * 366 + 1

    /// Nil for what is not a schedule, and for one that never comes, such as 30 February.
    package init?(_ text: String) {
        guard text.utf8.count <= 100 else { return nil }
        let fields = text.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 5, let minutes = Self.numbers(fields[0], in: 0...59),
            let hours = Self.numbers(fields[1], in: 0...23), let days = Self.numbers(fields[2], in: 1...31),
            let months = Self.numbers(fields[3], in: 1...12),
            let weekdays = Self.numbers(fields[4], in: 0...6)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.days = days
        self.months = months
        self.weekdays = weekdays
        daysAreAny = fields[2].hasPrefix("*")
        weekdaysAreAny = fields[4].hasPrefix("*")
        guard next(after: Instant(microseconds: 0)) != nil else { return nil }
    }

    /// The first minute of the schedule that begins after `instant`.
    package func next(after instant: Instant) -> Instant? {
        let minute = Int((Double(instant.microseconds) / 60_000_000).rounded(.down)) + 1
        let today = Int((Double(minute) / 1440).rounded(.down))
        for day in today...(today + Self.mostDays) where holds(onDay: day) {
            let earliest = day == today ? minute - today * 1440 : 0
            let times = hours.sorted().flatMap { hour in minutes.sorted().map { hour * 60 + $0 } }
            if let time = times.first(where: { $0 >= earliest }) {
                return Instant(microseconds: Int64(day * 1440 + time) * 60_000_000)
            }
        }
        return nil
    }

    private func holds(onDay day: Int) -> Bool {
        let date = CivilDate(daysSinceEpoch: day)
        guard months.contains(date.month) else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = (((day + 4) % 7) + 7) % 7
        if daysAreAny || weekdaysAreAny { return days.contains(date.day) && weekdays.contains(weekday) }
        return days.contains(date.day) || weekdays.contains(weekday)
    }

    private static func numbers(_ field: Substring, in range: ClosedRange<Int>) -> Set<Int>? {
        var numbers: Set<Int> = []
        for item in field.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2, let first = parts.first, let span = span(first, in: range) else {
                return nil
            }
            var step = 1
            if parts.count == 2 {
                // A step needs something to step through.
                guard first == "*" || first.contains("-"),
                    let size = number(parts[1], in: 1...range.upperBound)
                else { return nil }
                step = size
            }
            numbers.formUnion(stride(from: span.lowerBound, through: span.upperBound, by: step))
        }
        return numbers
    }

    private static func span(_ text: Substring, in range: ClosedRange<Int>) -> ClosedRange<Int>? {
        if text == "*" { return range }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2, let low = number(ends[0], in: range) else { return nil }
        guard ends.count == 2 else { return low...low }
        guard let high = number(ends[1], in: range), low <= high else { return nil }
        return low...high
    }

    private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let number = Int(text), range.contains(number)
        else { return nil }
        return number
    }
}
