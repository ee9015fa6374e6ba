import FleetModel

/// A time as pages show it: how long ago, with the exact time beside it for whoever points at it.
struct Moment: Sendable {
    let iso: String
    let text: String
    let exact: String

    init(_ instant: Instant, now: Instant) {
        iso = instant.description
        text = RelativeTime.describe(instant, now: now)
        exact = Self.exact(instant)
    }

    /// To the second, in UTC.
    static func exact(_ instant: Instant) -> String {
        String(instant.description.prefix(19)).replacing("T", with: " ") + " UTC"
    }

    /// How long something took, or has taken.
    static func span(from start: Instant?, to end: Instant?, now: Instant) -> String? {
        guard let start else { return nil }
        return RelativeTime.span(max(0, Int((end ?? now).seconds(since: start).rounded())))
    }
}
