import Foundation
import Proof

/// Collects figures, and shows them to people and programs.
final class Figures {
    private var figures: [Figure] = []
    /// Parts that could not be measured, and why.
    private var failures: [(part: Part, reason: String)] = []

    var isWhole: Bool { failures.isEmpty }

    func add(_ figure: Figure) {
        figures.append(figure)
        var line = "bench: \(figure.name): \(figure.value.short) \(figure.unit)"
        if let ratio = figure.ratio { line += ", \(ratio.short) of \(figure.baseline ?? "")" }
        say(line)
    }

    func failed(_ part: Part, because reason: String) {
        failures.append((part, reason))
        say("bench: \(part.rawValue) could not be measured: \(reason)")
    }

    func printTable() {
        var table = TextTable("figure", "value", "ratio", "to what", "target", "")
        for figure in figures {
            table.add([
                figure.name, "\(figure.value.short) \(figure.unit)", figure.ratio?.short ?? "",
                figure.baseline ?? "", figure.target ?? "", figure.met.map { $0 ? "met" : "MISSED" } ?? "",
            ])
        }
        say("\n\(table.text)\n")
        for failure in failures { say("bench: not measured: \(failure.part.rawValue): \(failure.reason)") }
    }

    /// One JSON object a line.
    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let lines = try figures.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path))
    }
}
