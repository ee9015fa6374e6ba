/// Values of the same kind that were measured, and what they say together.
package struct Measured: Sendable {
    private var sorted: [Double] = []

    package init(_ values: [Double] = []) {
        sorted = values.sorted()
    }

    package mutating func add(_ value: Double) {
        sorted.insert(value, at: sorted.firstIndex { $0 > value } ?? sorted.endIndex)
    }

    package var count: Int { sorted.count }
    package var least: Double { sorted.first ?? .nan }
    package var most: Double { sorted.last ?? .nan }
    package var median: Double {
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }

    /// The value that `share` of them do not exceed, by nearest rank.
    package func quantile(_ share: Double) -> Double {
        guard !sorted.isEmpty else { return .nan }
        let rank = Int((share * Double(sorted.count)).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }
}

extension Double {
    /// With this many digits behind the point; what could not be measured is a dash.
    package func digits(_ count: Int) -> String {
        guard isFinite else { return "-" }
        var power = 1.0
        for _ in 0..<count { power *= 10 }
        let scaled = (magnitude * power).rounded()
        let whole = Int(scaled / power)
        let sign = self < 0 && scaled > 0 ? "-" : ""
        guard count > 0 else { return "\(sign)\(whole)" }
        let rest = String(Int(scaled - Double(whole) * power))
        return "\(sign)\(whole)." + String(repeating: "0", count: max(count - rest.count, 0)) + rest
    }
}
