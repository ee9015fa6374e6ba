import FleetModel
import HTTPTypes
import Hummingbird

/// That a route goes away: said in every answer, so that whoever still uses it finds out before it is gone.
///
/// The headers are those of RFC 9745 (`Deprecation`) and RFC 8594 (`Sunset`). The policy is in docs/api.md.
struct Deprecation: Sendable {
    /// Since when it should no longer be used.
    let since: Instant
    /// From when on it may be gone; at least half a year after `since`.
    let sunset: Instant
    /// The path of the route to use instead; nil: there is none.
    var successor: String?

    var headers: HTTPFields {
        var headers: HTTPFields = [
            .deprecation: "@\(since.microseconds / 1_000_000)", .sunset: HTTPDate.text(sunset),
        ]
        if let successor { headers[.link] = "<\(successor)>; rel=\"successor-version\"" }
        return headers
    }
}

/// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    static func text(_ instant: Instant) -> String {
        let seconds = instant.microseconds / 1_000_000
        let day = Int(((seconds / 86_400) % 7 + 7) % 7)
        // 2026-01-02T03:04:05Z
        let text = instant.description
        let month = Int(text.dropFirst(5).prefix(2)).map { months[($0 - 1) % 12] } ?? "Jan"
        return "\(days[day]), \(text.dropFirst(8).prefix(2)) \(month) \(text.prefix(4)) "
            + "\(text.dropFirst(11).prefix(8)) GMT"
    }
}

extension HTTPField.Name {
    static let deprecation = HTTPField.Name("Deprecation") ?? .via
    static let sunset = HTTPField.Name("Sunset") ?? .via
    static let link = HTTPField.Name("Link") ?? .via
}
