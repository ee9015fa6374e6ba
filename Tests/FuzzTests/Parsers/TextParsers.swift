import FleetClient
import FleetModel
import FleetStore

@testable import HTTPAPI
@testable import Postgres

/// Short texts: settings, times, schedules, cursors, ranges, and what PostgreSQL writes.
enum TextParsers {
    static let all = [
        FuzzParser("conninfo", words: conninfoWords, text: conninfo),
        FuzzParser("cron", words: ["* ", "*/", "-", ",", "0 ", "31 ", "29 2 ", "59"], text: cron),
        FuzzParser(
            "duration",
            words: ["ms", "s", "m", "h", "d", "3650", "9223372036854775807"],
            text: duration
        ),
        FuzzParser(
            "instant",
            words: ["9999-12-31", "0000-01-01", "T", "Z", "+23:59", ".000001"],
            text: instant
        ),
        FuzzParser("cursor", words: ["bWFjaGluZXMgMQ", "=", "-", "_", "/"], text: cursor),
        FuzzParser("percent", words: ["%", "%2F", "%00", "%+5", "%C3%A9", "%ff"], text: percent),
        FuzzParser("range", words: ["bytes=", "-", "9223372036854775807", "0-", "+1", ","], text: range),
        FuzzParser("array", words: ["{", "}", "\"", "\\", "NULL", ","], text: array),
        FuzzParser("bytea", words: ["\\x", "ff", "00"], text: bytea),
        FuzzParser(
            "traceparent",
            words: ["00-", "ff-", "-01", "0000000000000000", "abcdef12"],
            text: traceParent
        ),
        FuzzParser("secret-keys", words: ["#", "\n", "\r\n", "=", " ", secretKey], text: secretKeys),
    ]

    private static let secretKey = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="

    /// Two ways to write the same key are the same key, and no message has what may be one.
    private static func secretKeys(_ text: String) -> String? {
        do throws(SecretKeyFault) {
            let keys = try SecretKeyRing(text)
            guard Set(keys.ids).count == keys.ids.count, !keys.ids.isEmpty else { return "ids \(keys.ids)" }
            return "\(keys)".contains(secretKey) ? "shows a key" : nil
        } catch {
            let long = text.split(whereSeparator: \.isWhitespace).first {
                $0.utf8.count > 30 && error.description.contains($0)
            }
            return long.map { "shows \($0)" } ?? (error.description.isEmpty ? "says nothing" : nil)
        }
    }

    private static let conninfoWords = [
        "host=", "port=", "password=", "options=", "postgresql://", "dbname=", "'", "\\", "%20", "@", "[::1]",
        ",",
        "sslpassword=", "target_session_attrs=", "65536",
    ]

    /// A password that the samples have, and that no message may have.
    private static let secret = "hunter2xyz"

    private static func conninfo(_ text: String) -> String? {
        do throws(PostgresError) {
            let configuration = try ConnectionConfiguration(text)
            _ = configuration.effectiveParameters
            let isShown = ["password", "sslpassword"].contains { keyword in
                guard configuration[parameter: keyword]?.contains(secret) == true else { return false }
                let others = configuration.parameters.filter {
                    $0.key != "password" && $0.key != "sslpassword"
                }
                return configuration.redactedDescription.contains(secret)
                    && !others.values.contains { $0.contains(secret) }
            }
            return isShown ? "shows the password: \(configuration.redactedDescription)" : nil
        } catch {
            if error.kind != .invalidConfiguration || error.message.isEmpty {
                return "says nothing: \(error)"
            }
            return text.contains("password=\(secret)") && error.message.contains(secret)
                ? "shows the password: \(error.message)" : nil
        }
    }

    private static func cron(_ text: String) -> String? {
        guard let schedule = CronSchedule(text) else { return nil }
        var now = Instant(microseconds: 1_767_268_800_123_456)
        for _ in 0..<3 {
            guard let next = schedule.next(after: now) else { return "a schedule that comes no more" }
            guard next > now, next.microseconds % 60_000_000 == 0 else { return "\(next) after \(now)" }
            now = next
        }
        return nil
    }

    private static func duration(_ text: String) -> String? {
        guard let span = DurationText(text) else { return nil }
        guard span.milliseconds >= 0 else { return "a negative span: \(span)" }
        guard span.milliseconds.isMultiple(of: 1000) else { return nil }
        return FuzzParser.unequal(
            "written",
            span,
            DurationText(DurationText.text(seconds: span.seconds)) ?? span
        )
    }

    private static func traceParent(_ text: String) -> String? {
        guard let trace = TraceParent(text) else { return nil }
        return FuzzParser.unequal("written", trace, TraceParent(trace.description) ?? trace.passed(by: 1))
    }

    private static func instant(_ text: String) -> String? {
        guard let instant = Instant(text) else { return nil }
        guard let again = Instant(instant.description) else { return "\(instant) cannot be read again" }
        return FuzzParser.unequal("written", instant, again)
    }

    private static func cursor(_ text: String) -> String? {
        let back = OpaqueText.decode(OpaqueText.encode(text))
        if back != text { return "'\(text)' came back as '\(back ?? "nothing")'" }
        guard let inside = OpaqueText.decode(text) else { return nil }
        return FuzzParser.unequal("decoded", inside, OpaqueText.decode(OpaqueText.encode(inside)) ?? "")
    }

    private static func percent(_ text: String) -> String? {
        if PercentEncoding.decode(APIPath.encode(text)) != text { return "'\(text)' does not come back" }
        guard let decoded = PercentEncoding.decode(text) else { return nil }
        let signs = text.utf8.count { $0 == UInt8(ascii: "%") }
        return decoded.utf8.count == text.utf8.count - 2 * signs ? nil : "'\(text)' became '\(decoded)'"
    }

    private static func range(_ text: String) -> String? {
        for size: Int64 in [0, 1, 1000, .max] {
            guard case .part(let part) = ByteRange.read(text, size: size) else { continue }
            guard part.lowerBound >= 0, part.upperBound <= size, !part.isEmpty else {
                return "\(part) of \(size)"
            }
        }
        return nil
    }

    private static func array(_ text: String) -> String? {
        guard let elements = try? ArrayLiteral.read(text) else { return nil }
        let again = try? ArrayLiteral.read(ArrayLiteral.write(elements))
        return FuzzParser.unequal("written", elements, again ?? [])
    }

    private static func bytea(_ text: String) -> String? {
        guard let bytes = try? Hex.read(text) else { return nil }
        return FuzzParser.unequal("written", text, Hex.write(bytes))
    }
}
