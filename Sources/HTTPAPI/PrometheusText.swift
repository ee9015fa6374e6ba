/// Writes a snapshot in the Prometheus text format, version 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func write(_ snapshot: MetricsSnapshot) -> String {
        snapshot.families.map(write).joined()
    }

    private static func write(_ family: MetricsSnapshot.Family) -> String {
        let (type, lines) =
            switch family.values {
            case .gauge(let samples): ("gauge", samples.map { line(family.name, $0.labels, $0.value) })
            case .counter(let samples): ("counter", samples.map { line(family.name, $0.labels, $0.value) })
            case .histogram(let histogram): ("histogram", lines(family.name, histogram))
            }
        let help = "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
        return help + "# TYPE \(family.name) \(type)\n" + lines.joined()
    }

    /// Buckets are cumulative: each counts everything up to its bound.
    private static func lines(_ name: String, _ histogram: MetricsSnapshot.Histogram) -> [String] {
        var total: UInt64 = 0
        let bounds = histogram.bounds.map(number) + ["+Inf"]
        let buckets = zip(bounds, histogram.counts).map { bound, count in
            total += count
            return line("\(name)_bucket", ["le": bound], Double(total))
        }
        return buckets + [line("\(name)_sum", [:], histogram.sum), line("\(name)_count", [:], Double(total))]
    }

    private static func line(_ name: String, _ labels: [String: String], _ value: Double) -> String {
        guard !labels.isEmpty else { return "\(name) \(number(value))\n" }
        let pairs = labels.sorted { $0.key < $1.key }.map {
            "\($0.key)=\"\(escaped($0.value, quotes: true))\""
        }
        return "\(name){\(pairs.joined(separator: ","))} \(number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: value).map { String($0) } ?? String(value)
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.append(character)
            }
        }
    }
}
