/// The figures of a node at one moment, each with the help text that monitoring shows. No label names a
/// machine: their number has no bound.
package struct MetricsSnapshot: Sendable, Equatable {
    package var families: [Family]

    package init(families: [Family] = []) {
        self.families = families
    }

    /// One named figure, in its base unit: seconds, bytes, or a count that ends in `_total`.
    package struct Family: Sendable, Equatable {
        package var name: String
        package var help: String
        package var values: Values

        package init(_ name: String, help: String, _ values: Values) {
            self.name = name
            self.help = help
            self.values = values
        }
    }

    package enum Values: Sendable, Equatable {
        /// May go up and down.
        case gauge([Sample])
        /// Only goes up, from the start of the process.
        case counter([Sample])
        case histogram(Histogram)
    }

    package struct Sample: Sendable, Equatable {
        package var labels: [String: String]
        package var value: Double

        package init(_ value: Double, labels: [String: String] = [:]) {
            self.value = value
            self.labels = labels
        }
    }

    /// How observations are spread over ranges.
    package struct Histogram: Sendable, Equatable {
        /// Upper bounds, ascending, without infinity.
        package private(set) var bounds: [Double]
        /// How many observations are in each range; one more than `bounds`, the last one unbounded.
        package private(set) var counts: [UInt64]
        package private(set) var sum: Double = 0

        package init(bounds: [Double]) {
            self.bounds = bounds.sorted()
            counts = Array(repeating: 0, count: bounds.count + 1)
        }

        package mutating func observe(_ value: Double) {
            counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
            sum += value
        }
    }
}
