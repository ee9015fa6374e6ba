/// Times as people say them, on the command line and in pages: `12s ago`, `in 3m`.
package enum RelativeTime {
    package static func describe(_ instant: Instant, now: Instant) -> String {
        let seconds = Int(now.seconds(since: instant).rounded())
        return switch seconds {
        case 0...1, -1: "now"
        case 2...: span(seconds) + " ago"
        default: "in " + span(-seconds)
        }
    }

    /// To the second, in UTC, for one thing shown alone.
    package static func exact(_ instant: Instant) -> String {
        instant.description.prefix(19) + "Z"
    }

    /// One unit below two of it are full, so that `90s` does not become `1m`.
    package static func span(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds)s"
        case ..<7200: "\(seconds / 60)m"
        case ..<172_800: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }
}
