import Proof

/// What grew, against bounds. Of each quantity the median of the first third of the samples is held against that of the
/// last third, so that neither the start nor a single moment decides.
struct SoakReport {
    let samples: [SoakSample]

    private struct Line {
        let name: String
        let values: [Double]
        let unit: Double
        /// The most that the last third may be, given the first.
        let bound: (Double) -> Double

        var first: Double { Measured(Array(values.prefix(max(values.count / 3, 1)))).median }
        var last: Double { Measured(Array(values.suffix(max(values.count / 3, 1)))).median }
        var isWithin: Bool { last <= bound(first) }
    }

    var isWithinBounds: Bool { !lines.isEmpty && lines.allSatisfy(\.isWithin) }

    func print() {
        var table = TextTable("what", "first third", "last third", "most", "bound", "")
        for line in lines {
            table.add([
                line.name, (line.first / line.unit).digits(1), (line.last / line.unit).digits(1),
                (Measured(line.values).most / line.unit).digits(1),
                (line.bound(line.first) / line.unit).digits(1),
                line.isWithin ? "within" : "BEYOND",
            ])
        }
        say("\nWhat could grow, in \(samples.count) samples:\n\n\(table.text)\n")
        say("soak: \(isWithinBounds ? "within bounds" : "BEYOND its bounds")")
    }

    private var lines: [Line] {
        guard !samples.isEmpty else { return [] }
        let mebibyte = 1_048_576.0
        let nodes = Nodes.names.flatMap { name in
            [
                // A pool of 10, a listener, a lease session, and one on its way.
                Line(name: "\(name): connections", values: values { $0.connections[name] }, unit: 1) { _ in 16
                },
                Line(name: "\(name): open files", values: values { $0.openFiles[name] }, unit: 1) { $0 + 24 },
                Line(name: "\(name): resident MiB", values: values { $0.residentBytes[name] }, unit: mebibyte)
                {
                    $0 * 1.25 + 32 * mebibyte
                },
            ]
        }
        return nodes + [
            Line(name: "dead rows for 1000 alive", values: samples.map(\.deadShare), unit: 1) { _ in 500 },
            Line(name: "oldest transaction of a node", values: values { $0.oldestTransactionAge }, unit: 1) {
                _ in 5000
            },
            Line(name: "table bytes for one event", values: samples.map(\.bytesPerEvent), unit: 1) {
                $0 * 1.2
            },
        ]
    }

    private func values(_ value: (SoakSample) -> Int?) -> [Double] {
        samples.compactMap { value($0).map(Double.init) }
    }
}

extension SoakSample {
    fileprivate var deadShare: Double { 1000 * Double(deadTuples) / Double(max(liveTuples, 1)) }
    fileprivate var bytesPerEvent: Double { Double(tableBytes) / Double(max(events, 1)) }
}
